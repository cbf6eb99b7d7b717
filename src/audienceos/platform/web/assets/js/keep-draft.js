// <keep-draft>: around a <textarea>: what is typed outlives a reload, a lost connection and a sign-in, in this tab
// alone, until the form is saved or it is discarded. It comes back only over the text that it was written over.
class KeepDraft extends HTMLElement {
  connectedCallback() {
    const field = (this.field = this.querySelector("textarea"));
    if (!field?.form || field.form.method === "dialog") return;
    this.key = `draft ${location.pathname} ${new URL(field.form.action).pathname} ${field.name}`;
    this.gone = new AbortController();
    const { signal } = this.gone;
    field.addEventListener("input", () => this.keep(), { signal });
    field.form.addEventListener("submit", () => this.keep({ sent: true }), { signal });
    field.form.addEventListener("htmx:after:request", ({ detail }) => detail.ctx.response?.status < 400 && this.drop(), { signal });
    this.restore();
  }

  disconnectedCallback() { this.gone?.abort(); }
  drop() { sessionStorage.removeItem(this.key); this.querySelector("[data-restored]")?.remove(); }

  keep(more) {
    const { value, defaultValue } = this.field;
    if (value === defaultValue) return this.drop();
    sessionStorage.setItem(this.key, JSON.stringify({ value, over: defaultValue, ...more }));
  }

  // A page that came as the answer to sending means that it was saved, or that the server gave the text back.
  restore() {
    const draft = JSON.parse(sessionStorage.getItem(this.key));
    const [{ type }] = performance.getEntriesByType("navigation");
    const answered = draft?.sent && type === "navigate" && !document.referrer.includes("/sign-in");
    if (!draft || answered || draft.over !== this.field.defaultValue) return this.drop();
    this.field.value = draft.value;
    this.field.closest("details")?.setAttribute("open", "");
    const told = Object.assign(document.createElement("p"), { className: "hint", textContent: "This is what you hadn’t saved. " });
    told.dataset.restored = "";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Discard it" });
    button.addEventListener("click", () => { this.field.value = this.field.defaultValue; this.drop(); this.field.focus(); });
    told.append(button);
    this.append(told);
  }
}
customElements.define("keep-draft", KeepDraft);
