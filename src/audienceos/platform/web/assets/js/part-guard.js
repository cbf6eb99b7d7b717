// <part-guard>: a part of the page that can't be fetched stays as it is, and above it stands what failed, the number
// of the request, and a way to try again: the <template> inside, filled in. A form that can't be sent says so in a
// toast and keeps what was typed. Offline it isn't sent at all, since that would leave the page; where nothing tells
// that the server is there, `ask`, an address that answers whoever asks, is asked first. An element with an hx-status
// attribute of its own answers for itself.
const GONE = ["This is no longer here", "It was deleted meanwhile, or you may no longer see it. Below is what was there before."];
const PATIENCE = 5000; // milliseconds
const AWAY = "The server can’t be reached. What you see is what was there before.";

class PartGuard extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    document.addEventListener("submit", (event) => this.hold(event), { signal, capture: true });
    window.addEventListener("submit", (event) => this.leave(event), { signal }); // last, when no element took it
    document.addEventListener("htmx:response:error", ({ detail }) => this.refused(detail.ctx), { signal });
    document.addEventListener("htmx:error", ({ detail }) => detail.ctx && !detail.ctx.response && this.say(detail.ctx, "", AWAY), { signal });
    document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => ctx.response?.status < 400 && this.clear(ctx.sourceElement), { signal });
  }

  disconnectedCallback() { this.gone.abort(); }

  hold(event) {
    if (navigator.onLine || !this.posts(event) || event.target.closest("root-switch")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.unsent(event, "You are offline. What you typed is still here", "Send it when the connection is back.");
  }

  posts({ submitter, target }) { return (submitter?.formMethod || target.method) === "post"; }

  async leave(event) {
    const { target: form, submitter } = event, { open } = document.querySelector("live-stream") ?? { open: false };
    if (event.defaultPrevented || !this.posts(event) || open !== false || this.sure === form) return;
    event.preventDefault();
    if (this.sure) return; // pressed twice
    this.sure = form;
    const ask = { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch(this.getAttribute("ask"), ask).catch(() => null);
    if (answer?.ok) form.requestSubmit(submitter?.isConnected ? submitter : null);
    else this.unsent(event, "The server can’t be reached. What you typed is still here", "Nothing was saved.");
    this.sure = null;
  }

  unsent({ target: form, submitter }, words, detail) {
    const again = () => form.requestSubmit(submitter?.isConnected ? submitter : null);
    document.querySelector("toast-rack").say(words, { kind: "risk", detail, act: "Try again", run: again });
  }

  clear(part) { part.trouble?.remove(); part.trouble = null; }

  refused(ctx) {
    const { status, headers } = ctx.response;
    const own = ctx.sourceElement.getAttributeNames().some((name) => name.startsWith("hx-status"));
    if (own || (ctx.request.method !== "GET" && status < 500)) return; // a form that comes back with its faults
    const said = new DOMParser().parseFromString(ctx.text, "text/html").querySelector("[data-problem]");
    const words = ["h1, [data-title]", "p"].map((one) => said?.querySelector(one)?.textContent);
    const [title, detail] = status === 404 ? GONE : words;
    [ctx.swap, ctx.selectOOB] = ["none", null];
    ctx.text = "";
    this.say(ctx, status < 500 ? title : "", detail, headers.get("X-Request-ID"));
  }

  say(ctx, title, detail, number) {
    const part = ctx.sourceElement;
    if (ctx.request.method !== "GET" || part.closest("tbody, ul, ol, dialog")) {
      const more = [detail, number && `Request ${number}`].filter(Boolean).join(" ");
      const words = ctx.request.method === "GET" ? title || "This part could not be loaded" : "That was not saved. What you typed is still here";
      return document.querySelector("toast-rack").say(words, { kind: "risk", detail: more });
    }
    const shown = this.querySelector("template").content.firstElementChild.cloneNode(true);
    if (title) shown.querySelector("[data-title]").textContent = title;
    if (detail) shown.querySelector("[data-detail]").textContent = detail;
    shown.querySelector("[data-request]").hidden = !number;
    shown.querySelector("code").textContent = number ?? "";
    shown.querySelector("button").addEventListener("click", () => window.htmx.ajax("GET", ctx.request.action, { source: part }));
    this.clear(part);
    part.trouble = shown;
    if (part.isConnected) part.before(shown);
  }
}
customElements.define("part-guard", PartGuard);
