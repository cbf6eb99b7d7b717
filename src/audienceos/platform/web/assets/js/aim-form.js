// <aim-form id url>: a dialog with one form for any of many things. A button with data-aims="id" opens it for the
// [data-item] around it: the form goes to `url` with the nil id replaced by the item's, [data-whom] says its
// [data-name]. It is sent in place; what is wrong is said in [data-fault], and the words typed stay.
const NOBODY = "00000000-0000-0000-0000-000000000000";

class AimForm extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    document.addEventListener("click", (event) => this.asked(event), { signal });
    this.addEventListener("submit", (event) => this.send(event), { signal });
    this.addEventListener("click", ({ target }) => target.closest("[data-close]") && this.dialog.close(), { signal });
  }

  disconnectedCallback() { this.gone.abort(); }
  get dialog() { return this.querySelector("dialog"); }
  get form() { return this.querySelector("form"); }

  asked(event) {
    const item = event.target.closest?.(`[data-aims="${this.id}"]`)?.closest("[data-item]");
    if (!item) return;
    this.form.reset();
    this.fault("");
    this.form.action = this.getAttribute("url").replace(NOBODY, item.dataset.item);
    this.name = this.querySelector("[data-whom]").textContent = item.dataset.name;
    this.dialog.showModal();
  }

  fault(words) {
    const place = this.querySelector("[data-fault]");
    [place.textContent, place.hidden] = [words, !words];
  }

  async send(event) {
    event.preventDefault();
    const button = event.submitter ?? this.form.querySelector("button:not([type=button])");
    button.disabled = true;
    this.fault(await this.answered());
    button.disabled = false;
    if (!this.querySelector("[data-fault]").hidden) return;
    this.dialog.close();
    document.querySelector("toast-rack").say(`${button.textContent.trim()}: ${this.name}`);
    document.body.dispatchEvent(new CustomEvent("live:reload"));
  }

  async answered() {
    try {
      const sent = { method: "POST", body: new URLSearchParams(new FormData(this.form)), redirect: "manual" };
      const answer = await fetch(this.form.action, sent);
      if (answer.ok || answer.type === "opaqueredirect") return "";
      const said = new DOMParser().parseFromString(await answer.text(), "text/html");
      return said.querySelector(".err, .banner[role=alert], [data-problem] p")?.textContent.trim() || "It was not saved.";
    } catch {
      return "The server can't be reached. What you wrote is still here.";
    }
  }
}
customElements.define("aim-form", AimForm);
