// <at-names from>: around a <textarea>, a [role=listbox] and a [role=status]: after an @ it offers names, read from
// `from`, an address as seen from where the form goes. Arrows walk, Enter or Tab takes one, Escape lets it be. What is
// typed stays plain text, and without script nothing is offered.
const AFTER_AT = /(?<![\p{L}\p{N}_])@([^@\n]{0,60})$/u, MOST = 8;

class AtNames extends HTMLElement {
  connectedCallback() {
    [this.field, this.list, this.said] = ["textarea", "[role=listbox]", "[role=status]"].map((one) => this.querySelector(one));
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.field.ariaAutoComplete = "list";
    this.field.setAttribute("aria-controls", this.list.id);
    this.field.addEventListener("input", () => this.typed(), { signal });
    this.field.addEventListener("keydown", (event) => this.key(event), { signal });
    this.field.addEventListener("blur", () => this.close(), { signal });
    this.list.addEventListener("pointerdown", (event) => this.pressed(event), { signal });
  }

  disconnectedCallback() { this.gone.abort(); }
  get begun() { return this.field.value.slice(0, this.field.selectionStart).match(AFTER_AT)?.[1]; }
  get chosen() { return this.list.querySelector("[aria-selected=true]"); }

  names() {
    const from = new URL(this.getAttribute("from"), this.field.form.action).href;
    if (this.known?.from !== from) this.known = { from, names: this.read(from) };
    return this.known.names;
  }

  async read(from) {
    const answer = await fetch(from, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) this.known = null; // asked anew with the next letter
    const said = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "", "text/html");
    return [...said.querySelectorAll("[role=option]")].map((one) => one.textContent.trim());
  }

  async typed() {
    if (this.begun === undefined) return this.close();
    const names = await this.names();
    const begun = this.begun?.toLowerCase(); // as it is by now
    const fits = (name) => name.startsWith(begun) || name.split(" ").some((part) => part.startsWith(begun));
    const found = begun === undefined ? [] : names.filter((name) => fits(name.toLowerCase())).slice(0, MOST);
    if (!found.length) return this.close();
    if (found.join("\n") === this.offered) return;
    this.offered = found.join("\n");
    this.list.replaceChildren(...found.map((name, at) => this.option(name, at)));
    this.list.hidden = false;
    this.mark(this.list.firstElementChild);
    this.said.textContent = `${found.length} to name: ${found.join(", ")}. Enter takes the first.`;
  }

  option(name, at) {
    const one = Object.assign(document.createElement("li"), { id: `${this.list.id}-${at}`, textContent: name, dir: "auto" });
    one.role = "option";
    return one;
  }

  mark(option) {
    for (const one of this.list.children) one.ariaSelected = String(one === option);
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.list.hidden = true;
    this.list.replaceChildren();
    this.said.textContent = this.offered = "";
    this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (this.list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const all = [...this.list.children];
    const at = all.indexOf(this.chosen);
    const does = {
      ArrowDown: () => this.mark(all[(at + 1) % all.length]),
      ArrowUp: () => this.mark(all.at(at - 1)),
      Enter: () => this.take(this.chosen),
      Tab: () => this.take(this.chosen),
      Escape: () => this.close(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }

  pressed(event) {
    event.preventDefault(); // the field keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) this.take(option);
  }

  take(option) {
    const end = this.field.selectionStart;
    this.field.setRangeText(`${option.textContent} `, end - this.begun.length, end, "end");
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
customElements.define("at-names", AtNames);
