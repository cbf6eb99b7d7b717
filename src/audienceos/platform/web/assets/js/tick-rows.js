// <tick-rows>: rows that are ticked for something done to all of them. [data-row] are their boxes, [data-all] ticks
// every one, [data-bar] shows while any is ticked and says how many in [data-count], [data-none] unticks. Ticks
// outlive live updates of the rows; Shift takes all from the last one. Without script the bar is always there.
class TickRows extends HTMLElement {
  connectedCallback() {
    this.chosen = new Set(this.rows().filter((box) => box.checked).map((box) => box.value));
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("change", (event) => this.changed(event.target));
    this.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.untick());
    this.addEventListener("htmx:after:swap", () => this.again());
    this.none.hidden = false;
    this.show();
  }

  rows() { return [...this.querySelectorAll("[data-row]")]; }
  get bar() { return this.querySelector("[data-bar]"); }
  get none() { return this.querySelector("[data-none]"); }

  clicked(event) {
    if (event.target.closest("[data-none]")) return this.untick();
    const box = event.target.closest("[data-row]");
    if (!box) return;
    const rows = this.rows(), [from, to] = [rows.indexOf(this.last), rows.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const one of rows.slice(from, to + 1)) this.tick(one, box.checked);
    this.last = box;
    this.show();
  }

  changed(box) {
    if (box.matches("[data-all]")) for (const row of this.rows()) this.tick(row, box.checked);
    if (box.matches("[data-row]")) this.tick(box, box.checked);
    this.show();
  }

  tick(box, on) {
    box.checked = on;
    this.chosen[on ? "add" : "delete"](box.value);
  }

  again() {
    const rows = this.rows();
    for (const row of rows) row.checked = this.chosen.has(row.value);
    this.chosen = new Set(rows.filter((row) => row.checked).map((row) => row.value));
    this.show();
  }

  untick() {
    for (const row of this.rows()) this.tick(row, false);
    const every = this.querySelector("[data-every]");
    if (every) every.checked = false;
    this.show();
  }

  show() {
    const all = this.querySelector("[data-all]"), rows = this.rows(), ticked = this.chosen.size;
    this.bar.hidden = !ticked;
    this.bar.querySelector("[data-count]").textContent = `${ticked} ticked`;
    if (!all) return;
    all.checked = ticked > 0 && ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
  }
}
customElements.define("tick-rows", TickRows);
