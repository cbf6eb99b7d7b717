// <modal-dialog>: a <dialog id="x"> that whatever carries data-opens="x" opens, wherever it stands on the page.
// Escape and its own buttons close it, so does a click beside it, unless something was typed into it. The browser
// keeps the focus inside and gives it back to the opener. An opener that is a link works without script.
class ModalDialog extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    document.addEventListener("click", (event) => this.asked(event), { signal });
    this.addEventListener("pointerdown", (event) => { this.pressed = event.target; }, { signal });
    this.addEventListener("click", ({ target }) => target === this.dialog && this.pressed === target && !this.isDirty && this.dialog.close(), { signal });
  }

  disconnectedCallback() { this.gone.abort(); }
  get dialog() { return this.querySelector("dialog"); }

  get isDirty() {
    return [...this.querySelectorAll("form:not([method=dialog]) :is(input, textarea), textarea")].some((field) =>
      field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  }

  asked(event) {
    const opener = event.target.closest?.(`[data-opens="${this.dialog.id}"]`);
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.dialog.dispatchEvent(new Event("opened"));
  }
}
customElements.define("modal-dialog", ModalDialog);
