// <list-pane address under>: a list and, beside it, what is open of it; both are drawn anew as one part. Links to
// addresses below `under` and the way back through them stay on the page; a link with data-out leaves it. [data-step]
// buttons walk the items of [data-list] by their number. The address bar follows `address`, and what is in focus stays:
// where its item is gone, the next one has it; where the list is hidden, the heading of what opened.
const plain = (address) => {
  const { pathname, searchParams } = new URL(address, location);
  return `${pathname}?${searchParams}`;
};

class ListPane extends HTMLElement {
  static observedAttributes = ["address"];

  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("focusin", ({ target }) => this.note(target), { signal });
    document.addEventListener("htmx:after:swap", () => this.settle(), { signal });
    this.addEventListener("htmx:before:swap", (event) => this.judge(event), { signal });
    window.addEventListener("popstate", () => this.show(location.href, true), { signal });
  }

  disconnectedCallback() { this.gone.abort(); }
  get links() { return [...this.querySelectorAll("[data-list] [data-item] > a")]; }
  note(target) {
    const at = this.links.indexOf(target.closest("[data-item] > a"));
    if (at >= 0) this.at = at;
  }

  attributeChangedCallback(_, before, now) {
    if (before === null || now === location.pathname + location.search) return;
    history[this.isBack ? "replaceState" : "pushState"](null, "", now);
  }

  // From here on what changes is drawn for that address; an answer for an older one comes too late.
  show(href, isBack = false) {
    const { pathname, search } = new URL(href);
    this.isBack = isBack;
    this.setAttribute("hx-get", pathname + search);
    window.htmx.ajax("GET", pathname + search, { source: this, target: this, swap: "outerMorph" });
  }

  judge(event) {
    const { sourceElement, request } = event.detail.ctx;
    if (sourceElement === this && plain(request.action) !== plain(this.getAttribute("hx-get"))) event.preventDefault();
  }

  clicked(event) {
    const step = event.target.closest("[data-step]");
    if (step) return this.step(Number(step.dataset.step));
    const link = event.target.closest("a[href]"), under = this.getAttribute("under");
    if (!link || link.matches("[data-out], [target]") || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const { pathname, href } = new URL(link.href);
    if (pathname !== under && !pathname.startsWith(`${under}/`)) return;
    event.preventDefault();
    this.show(href);
  }

  step(by) {
    const { links } = this, more = this.querySelector("[data-list] [data-more]");
    const open = links.findIndex((link) => link.matches("[aria-current]"));
    const at = this.contains(document.activeElement) && this.at >= 0 ? this.at : open;
    const to = Math.max(0, at + by);
    if (to >= links.length && more) return more.click();
    links[Math.min(to, links.length - 1)]?.focus();
  }

  settle() {
    const { links } = this, now = document.activeElement;
    if (now !== document.body && now?.checkVisibility()) return;
    if (this.at >= 0 && links[0]?.checkVisibility()) links[Math.min(this.at, links.length - 1)].focus();
    else if (this.at >= 0) this.querySelector("h2[tabindex]")?.focus();
  }
}
customElements.define("list-pane", ListPane);
