// <away-worker src>: has the worker at that address stand by, which shows a page of ours where none can be had. Where
// the browser has no workers, as over plain http, its own page is shown.
class AwayWorker extends HTMLElement {
  connectedCallback() {
    const start = () => navigator.serviceWorker?.register(this.getAttribute("src"), { updateViaCache: "all" }).catch(() => {});
    if (document.readyState === "complete") start(); else window.addEventListener("load", start, { once: true });
  }
}
customElements.define("away-worker", AwayWorker);
