// <answer-draft>: around a form with a <textarea>: what is typed is sent where the form goes a moment after the last key,
// with `act` saying keep, and [data-state] says so quietly. While there is no connection it says that too, and keeps it when there is one again; a
// <keep-draft> around the field has it until then. Ctrl or Cmd Enter sends by [data-send], Escape leaves the field, and
// a [data-focus] button leads into it. Nothing is kept while the form itself is on its way.
const PAUSE = 1200; // milliseconds

class AnswerDraft extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.addEventListener("input", (event) => this.typed(event), { signal });
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    this.addEventListener("click", ({ target }) => target.closest("[data-focus]") && this.field.focus(), { signal });
    this.addEventListener("submit", (event) => this.leave(event), { signal, capture: true });
    this.addEventListener("htmx:after:request", () => { this.sent = false; }, { signal });
    window.addEventListener("online", () => this.dirty && this.save(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.save(), { signal });
  }

  disconnectedCallback() { this.gone.abort(); clearTimeout(this.timer); }
  get form() { return this.querySelector("form"); }
  get field() { return this.querySelector("textarea"); }
  say(words) { this.querySelector("[data-state]").textContent = words; }

  typed({ target }) {
    if (!target.name || /^(over|reason)\./.test(target.name) || target.name === "leaves_at") return;
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit(this.querySelector("[data-send]"));
    }
    if (event.key !== "Escape" || event.target !== this.field) return;
    event.stopPropagation();
    this.field.blur();
  }

  // A save that is under way would come after the answer, and keep what has been sent.
  async leave(event) {
    clearTimeout(this.timer);
    if (this.saving) {
      event.preventDefault();
      event.stopImmediatePropagation();
      await this.saving;
      return this.form.requestSubmit(event.submitter);
    }
    this.sent = navigator.onLine;
    this.dirty = false;
  }

  save() {
    clearTimeout(this.timer);
    if (this.sent) return;
    if (this.saving) return void this.saving.then(() => this.save());
    this.saving = this.keep().finally(() => { this.saving = null; });
  }

  async keep() {
    const { field } = this, { value } = field, body = new URLSearchParams(new FormData(this.form));
    for (const name of [...body.keys()].filter((one) => one.startsWith("more_"))) body.delete(name); // half an address
    body.set("act", "keep");
    this.dirty = false;
    const sent = { method: "POST", body, headers: { "HX-Request": "true" } };
    const answer = await fetch(this.form.action, sent).catch(() => null);
    const said = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-version]");
    if (!said) {
      this.dirty = true;
      return this.say(answer ? "Not saved" : "No connection. Kept here, saved when it is back");
    }
    this.querySelector("[name=version]").value = said.dataset.version;
    field.defaultValue = value;
    field.closest("keep-draft")?.keep();
    this.say(said.textContent);
    if ("aside" in said.dataset) document.body.dispatchEvent(new CustomEvent("live:reload"));
  }
}
customElements.define("answer-draft", AnswerDraft);
