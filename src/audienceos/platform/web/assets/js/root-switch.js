// <root-switch>: a form whose buttons change how the whole page looks, at once; the server hears of it behind.
//   <button name="theme" value="dark" data-root="theme=dark">    sets data-theme on the root element; "side=" unsets
// Where the server doesn't take it, the page goes back to how it was and says so. Without script the form is sent.
class RootSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!button?.dataset.root) return;
      event.preventDefault();
      this.turn(button, new FormData(event.target, button), event.target.action);
    });
  }

  async turn(button, body, address) {
    const [name, value] = button.dataset.root.split("=");
    const before = document.documentElement.dataset[name] ?? "";
    this.show(name, value);
    if (document.activeElement === button && !button.checkVisibility()) {
      [...this.querySelectorAll("button")].find((other) => other.checkVisibility())?.focus();
    }
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(body), headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) return;
    this.show(name, before);
    document.querySelector("toast-rack").say("This could not be kept. The server did not answer.", { kind: "risk" });
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
