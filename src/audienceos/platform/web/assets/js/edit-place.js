// <edit-place>: a value that turns into its field where it stands. The page brings the form and, later, the value again
// (hx-get, hx-post). While a form is inside, its field has the focus: Enter saves, so does going elsewhere with
// something changed; Escape gives up ([data-cancel]), so does going elsewhere with nothing changed. A form that came
// back (data-held) stays until it is saved or given up. With `back` the value takes the focus, unless something has it.
class EditPlace extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    this.addEventListener("focusout", ({ relatedTarget }) => this.left(relatedTarget), { signal });
    this.addEventListener("submit", () => { this.busy = true; }, { signal });
    for (const name of ["htmx:error", "htmx:response:error"]) this.addEventListener(name, () => { this.busy = false; }, { signal });
    if (this.field) this.take(this.field);
    else if (this.hasAttribute("back")) setTimeout(() => this.back()); // once the form that had the focus is gone
  }

  disconnectedCallback() { this.gone.abort(); }
  get form() { return this.querySelector("form:has([data-cancel])"); }
  get field() { return this.form?.querySelector("input:not([type=hidden], [type=radio]), select, textarea"); }

  take(field) {
    this.was = field.value;
    field.focus();
    if (field.type === "text" && !this.form.matches("[data-held]")) field.select();
  }

  back() {
    const { activeElement } = document;
    if (activeElement === document.body || activeElement.matches("dialog")) this.querySelector("a")?.focus({ preventScroll: true });
  }

  key(event) {
    if (!this.form) return;
    if (event.key === "Enter" && event.target.matches("textarea, select") && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    if (event.key !== "Escape") return;
    event.preventDefault(); // or the drawer around it would close
    event.stopPropagation();
    this.giveUp();
  }

  left(to) {
    if (!this.form || this.busy || this.contains(to) || !document.hasFocus() || this.form.matches("[data-held]")) return;
    if (this.field.value !== this.was) this.form.requestSubmit();
    else this.giveUp();
  }

  giveUp() {
    this.busy = true;
    this.querySelector("[data-cancel]").click();
  }
}
customElements.define("edit-place", EditPlace);
