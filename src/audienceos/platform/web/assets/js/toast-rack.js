// <toast-rack>: says at the edge of the screen what happened. Three at most; a success leaves after a while, but not
// while somebody points at it or is in it; an error stays until it is dismissed.
//   from the server   told(request, answer, Toast(...)): drawn with the next page, or as the event `toast` (HX-Trigger)
//   from a script     document.querySelector("toast-rack").say("Moved to Audit", {kind: "ok", act: "Undo", run: () => ...})
// It clones the templates inside, so every toast is drawn by the same macro. An act of the server's is a form: it is
// sent in place, what its answer says is said here, and the page's live parts fetch themselves.
const STAYS = 5000, MOST = 3; // milliseconds, toasts

class ToastRack extends HTMLElement {
  connectedCallback() {
    if (this.wired) return; // it was only carried to a dialog, or back
    this.wired = true;
    this.addEventListener("toast", ({ detail }) => this.say(detail.text, { ...detail, act: detail.act?.words, form: detail.act }));
    this.addEventListener("click", ({ target }) => target.closest("[data-close]")?.closest(".toast").remove());
    this.addEventListener("submit", (event) => this.act(event));
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => this.toasts.forEach((one) => clearTimeout(one.timer)));
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.toasts.forEach((one) => this.time(one)));
    this.toasts.forEach((one) => this.time(one));
    this.heard = new Set(this.toasts.map((one) => one.dataset.key));
  }

  get toasts() { return [...this.querySelectorAll(":scope > .toast")]; }

  say(text, { kind = "ok", detail = "", act = "", run = null, form = null, key = "" } = {}) {
    const wanted = [...this.querySelectorAll("template")].map((one) => one.content.firstElementChild).find((one) => one.dataset.kind === kind);
    const toast = wanted.cloneNode(true);
    const [words, more] = toast.querySelectorAll("p");
    [words.textContent, more.textContent, more.hidden] = [text, detail, !detail];
    if (key) toast.dataset.key = key;
    if (form) toast.querySelector("[data-close]").before(this.form(form));
    else if (act) toast.querySelector("[data-close]").before(this.button(act, () => { toast.remove(); run(); }));
    this.put(toast);
  }

  // A modal dialog makes all else dead to the mouse, so the rack is in it for as long as it is open.
  settle() {
    const home = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
    if (this.parentElement !== home) home.append(this);
    if (home !== document.body) home.addEventListener("close", () => this.settle(), { once: true });
  }

  put(toast) {
    const { key } = toast.dataset;
    if (key && this.heard.has(key)) return; // two pages that were fetched at once both brought it
    this.heard.add(key);
    this.settle();
    this.append(toast);
    this.toasts.slice(0, -MOST).forEach((old) => old.remove());
    this.time(toast);
  }

  time(toast) {
    clearTimeout(toast.timer);
    if (toast.dataset.kind !== "risk" && !this.matches(":hover, :focus-within")) toast.timer = setTimeout(() => toast.remove(), STAYS);
  }

  button(text, run) {
    const button = Object.assign(document.createElement("button"), { type: run ? "button" : "submit", className: "link font-medium", textContent: text });
    if (run) button.addEventListener("click", run);
    return button;
  }

  form({ words, path, fields }) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: path });
    for (const [name, value] of Object.entries(fields ?? {})) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.append(this.button(words));
    return form;
  }

  async act(event) {
    event.preventDefault();
    const { target: form } = event;
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
    form.closest(".toast").remove();
    const sent = { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { ...token, "HX-Request": "true" } };
    const answer = await fetch(form.action, sent).catch(() => null);
    const said = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
    if (answer?.ok) {
      const beside = answer.headers.get("HX-Trigger");
      if (beside?.startsWith("{")) this.dispatchEvent(new CustomEvent("toast", { detail: JSON.parse(beside).toast }));
      said.querySelectorAll("toast-rack > .toast").forEach((toast) => this.put(toast));
      document.body.dispatchEvent(new CustomEvent("live:reload"));
    } else {
      const why = said.querySelector("[data-problem] p")?.textContent ?? "The server can't be reached.";
      this.say("That was not done", { kind: "risk", detail: why, act: "Retry", run: () => this.retry(form) });
    }
  }

  retry(form) {
    const toast = Object.assign(document.createElement("div"), { className: "toast", hidden: true });
    toast.append(form);
    this.append(toast);
    form.requestSubmit();
  }
}
customElements.define("toast-rack", ToastRack);
