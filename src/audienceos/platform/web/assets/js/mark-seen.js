// <mark-seen url upto row>: once the page is looked at, tells the server that the reader has seen what it shows, up to
// `upto`; the element with the id `row` is then no longer unread. Its content is a form that does the same without
// scripts.
class MarkSeen extends HTMLElement {
  static observedAttributes = ["upto"];

  connectedCallback() {
    this.gone = new AbortController();
    for (const child of this.children) child.hidden = true;
    document.addEventListener("visibilitychange", () => this.tell(), { signal: this.gone.signal });
    this.tell();
  }

  disconnectedCallback() { this.gone.abort(); }
  attributeChangedCallback() { if (this.gone) this.tell(); }

  async tell() {
    const upto = this.getAttribute("upto");
    if (document.hidden || this.told === upto) return;
    this.told = upto;
    const body = new URLSearchParams(new FormData(this.querySelector("form")));
    const sent = { method: "POST", body, headers: { "HX-Request": "true" } };
    const answer = await fetch(this.getAttribute("url"), sent).catch(() => null);
    if (answer?.ok) delete document.getElementById(this.getAttribute("row"))?.dataset.unread;
    else this.told = null; // it is tried again when somebody looks
  }
}
customElements.define("mark-seen", MarkSeen);
