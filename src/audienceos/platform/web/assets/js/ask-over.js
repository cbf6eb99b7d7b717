// <ask-over part="#asked">: forms that the server may answer with a question. They are sent in place; an answer that
// has `part`, a form of its own, is shown in the dialog over the page, under its data-title, as often as it comes
// back. Any other address that an answer leads to is opened. Escape and [data-close] leave everything as it was.
class AskOver extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.addEventListener("submit", (event) => this.send(event), { signal });
    this.dialog.addEventListener("click", (event) => this.closed(event), { signal });
    this.dialog.addEventListener("close", () => this.back(), { signal });
  }

  disconnectedCallback() { this.gone.abort(); }
  get dialog() { return this.querySelector("dialog"); }

  closed(event) {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    this.dialog.close();
  }

  // What it was opened from may have folded away meanwhile.
  back() {
    this.dialog.querySelector("form")?.remove();
    (this.from?.closest("details")?.querySelector("summary") ?? this.from)?.focus();
  }

  async send(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (this.busy) return;
    const { target: form, submitter } = event;
    if (!this.dialog.open) this.from = submitter;
    const body = new URLSearchParams(new FormData(form, submitter));
    this.busy = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const asked = page.querySelector(this.getAttribute("part"));
      if (asked) this.ask(document.importNode(asked, true));
      else if (answer.ok) location.assign(answer.url);
      else this.say(page.querySelector("[data-problem] p")?.textContent || "That was not done.");
    } catch {
      this.say("The server can’t be reached. Nothing was done.");
    }
    this.busy = false;
  }

  ask(form) {
    this.dialog.querySelector("form")?.remove();
    this.dialog.querySelector("h2").textContent = form.dataset.title;
    form.classList.remove("panel", "p-4");
    this.dialog.append(form);
    if (!this.dialog.open) this.dialog.showModal();
    const first = (which) => form.querySelector(`:is(${which}):not([type=hidden])`);
    (first("[aria-invalid=true]") ?? first("textarea") ?? first("input, select"))?.focus();
  }

  say(words) { document.querySelector("toast-rack").say(words, { kind: "risk" }); }
}
customElements.define("ask-over", AskOver);
