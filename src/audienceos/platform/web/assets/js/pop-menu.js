// <pop-menu>: a <details> that behaves as a menu: arrows walk its links and buttons, Escape, a click elsewhere or a
// choice closes it, and Escape gives the focus back. One that would end beyond the window's edge moves inside. Without
// script it opens and closes by its summary.
class PopMenu extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    this.addEventListener("click", (event) => event.target.closest("[data-opens]") && this.close(), { signal });
    this.addEventListener("toggle", () => this.fit(), { signal, capture: true });
    this.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !this.contains(relatedTarget) && this.close(), { signal });
    document.addEventListener("pointerdown", ({ target }) => this.contains(target) || this.close(), { signal });
  }

  disconnectedCallback() { this.gone.abort(); }
  get fold() { return this.querySelector("details"); }
  close() { this.fold.open = false; }

  fit() {
    const sheet = this.fold.lastElementChild;
    sheet.style.translate = "";
    const { left, right, width } = sheet.getBoundingClientRect();
    const by = Math.max(Math.min(innerWidth - 8 - right, 0), 8 - left);
    if (width && by) sheet.style.translate = `${by}px`;
  }

  key(event) {
    if (!this.fold.open && event.key !== "ArrowDown") return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
      this.querySelector("summary").focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.matches("input:not([type=search]), select, textarea")) return;
    event.preventDefault();
    this.fold.open = true;
    const all = [...this.fold.querySelectorAll("summary ~ * :is(a, button, input:not([type=hidden]))")].filter((one) => one.checkVisibility());
    const at = all.indexOf(document.activeElement);
    all.at((at < 0 && step < 0 ? 0 : at) + step >= all.length ? 0 : (at < 0 && step < 0 ? -1 : at + step))?.focus();
  }
}
customElements.define("pop-menu", PopMenu);
