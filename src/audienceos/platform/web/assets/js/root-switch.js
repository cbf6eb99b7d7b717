// <root-switch>: a form whose buttons change how the whole page looks, at once; the server hears of it behind.
//   <button name="theme" value="dark" data-root="theme=dark">    sets data-theme on the root element; "side=" unsets
// Where the server doesn't take it, the page goes back to how it was and says so. Where it can't be reached, the page
// keeps the look, and this tab tells the server once it can. Without script the form is sent.
class RootSwitch extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.addEventListener("submit", (event) => {
      if (!event.submitter?.dataset.root) return;
      event.preventDefault();
      this.turn(event.submitter);
    }, { signal });
    window.addEventListener("online", () => this.later(), { signal });
    this.later();
  }

  disconnectedCallback() { this.gone.abort(); }
  get form() { return this.querySelector("form"); }
  get key() { return `unsent ${new URL(this.form.action).pathname}`; }

  async turn(button) {
    const [name, value] = button.dataset.root.split("=");
    const before = document.documentElement.dataset[name] ?? "";
    this.show(name, value);
    if (document.activeElement === button && !button.checkVisibility()) {
      [...this.querySelectorAll("button")].find((other) => other.checkVisibility())?.focus();
    }
    if (await this.send({ [name]: [button.name, button.value, value] })) return;
    this.show(name, before);
    document.querySelector("toast-rack").say("This could not be kept", { kind: "risk", detail: "The server refused it." });
  }

  // Of each choice the field of the form, its value and what the root element says then.
  async send(choices) {
    const body = new URLSearchParams(new FormData(this.form));
    for (const [field, value] of Object.values(choices)) body.set(field, value);
    const answer = await fetch(this.form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
    const kept = answer ? null : { ...JSON.parse(sessionStorage.getItem(this.key)), ...choices };
    if (kept) sessionStorage.setItem(this.key, JSON.stringify(kept));
    return answer ? answer.ok : true;
  }

  later() {
    const choices = JSON.parse(sessionStorage.getItem(this.key));
    sessionStorage.removeItem(this.key);
    for (const [name, [, , value]] of Object.entries(choices ?? {})) this.show(name, value);
    if (choices) this.send(choices);
  }

  // Every form that offers the same choice shows it, on the phone's bar too.
  show(name, value) {
    const root = document.documentElement;
    if (value) root.dataset[name] = value; else delete root.dataset[name];
    for (const other of document.querySelectorAll(`root-switch [data-root^="${name}="][aria-pressed]`)) {
      other.setAttribute("aria-pressed", String(other.dataset.root === `${name}=${value}`));
    }
  }
}
customElements.define("root-switch", RootSwitch);
