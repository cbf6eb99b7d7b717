// <side-drawer of=".card" part="#client">: a page shown beside the one from which it was opened. A click on the link
// of an item brings `part` of the linked page into the dialog; the address becomes the linked one, so that it can be
// reloaded and sent on. Escape, the cross and a click beside close it, and the focus goes back to the item. Arrows walk the items of the same list. Forms inside stay inside.
// Whatever answers without that part is opened as a page of its own, as it would be without script.
class SideDrawer extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.body = this.querySelector("[data-body]");
    this.gone = new AbortController();
    const { signal } = this.gone;
    const on = (target, name, run) => target.addEventListener(name, (event) => run(event), { signal });
    on(document, "click", (event) => this.clicked(event));
    on(this.dialog, "close", () => this.closed());
    on(this.dialog, "submit", (event) => this.send(event));
    on(this.dialog, "keydown", (event) => this.key(event));
    on(this.dialog, "pointerdown", ({ target }) => { this.pressed = target; });
    on(this.dialog, "click", ({ target }) => target === this.dialog && this.pressed === target && this.dialog.close());
    on(window, "popstate", ({ state }) => state?.drawer ? this.show(state.drawer) : this.dialog.close());
  }

  disconnectedCallback() { this.gone.abort(); }
  get items() { return this.getAttribute("of"); }
  get part() { return this.getAttribute("part"); }
  item() { return document.querySelector(`${this.items}[data-item="${this.shown}"]`); }
  beside(step) {
    const all = [...(this.item()?.parentElement.querySelectorAll(`:scope > ${this.items}`) ?? [])];
    return { all, at: all.indexOf(this.item()), to: all[all.indexOf(this.item()) + step] };
  }

  clicked(event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const step = event.target.closest?.("[data-step]");
    if (step && this.contains(step)) return this.walk(Number(step.dataset.step));
    if (event.target.closest?.("[data-close]") && this.contains(event.target)) return this.dialog.close();
    const link = event.target.closest?.("a[href]");
    const item = link?.closest(this.items);
    const inside = link && this.body.contains(link);
    if (!inside && (!item || link.matches("[data-out]"))) return;
    const to = new URL(link.href);
    if (inside && (link.matches("[data-out], [target]") || to.pathname === location.pathname && to.hash && to.search === location.search)) return;
    if (inside && !to.pathname.startsWith(this.path)) return;
    event.preventDefault();
    if (inside) return this.show(link.href, true);
    this.home ??= location.href;
    this.shown = item.dataset.item;
    this.path = to.pathname;
    this.show(link.href, false);
  }

  walk(step) {
    const { to } = this.beside(step);
    if (!to) return;
    this.shown = to.dataset.item;
    const { href, pathname } = to.querySelector("a[href]");
    this.path = pathname;
    this.show(href, true);
  }

  async show(href, replace) {
    const answer = await this.ask(href, { headers: { "HX-Request": "true" } });
    if (!answer) return location.assign(href);
    history[this.dialog.open || replace ? "replaceState" : "pushState"]({ drawer: href }, "", href);
    this.fill(answer);
    if (!this.dialog.open) this.dialog.showModal();
  }

  async send(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const top = this.scroller?.scrollTop;
    const answer = await this.ask(form.action, { method: "POST", body });
    if (!answer) return location.reload();
    this.fill(answer);
    if (this.scroller) this.scroller.scrollTop = top;
  }

  async ask(address, how) {
    try {
      const answer = await fetch(address, how);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const toast of page.querySelectorAll("toast-rack > .toast")) document.querySelector("toast-rack").put(toast);
      return page.querySelector(this.part);
    } catch { return null; }
  }

  get scroller() { return this.body.querySelector("[role=region]"); }

  fill(part) {
    const held = document.activeElement?.id;
    this.body.replaceChildren(document.importNode(part, true));
    window.htmx?.process(this.body);
    if (held && this.dialog.open) document.getElementById(held)?.focus({ preventScroll: true });
    const { all, at } = this.beside(0);
    this.querySelector("[data-place]").textContent = at < 0 ? "" : `${at + 1} of ${all.length}`;
    for (const button of this.querySelectorAll("[data-step]")) button.disabled = !all[at + Number(button.dataset.step)];
  }

  key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.defaultPrevented || event.target.closest("input, select, textarea, [role=region], pop-menu")) return;
    event.preventDefault();
    this.walk(step);
  }

  closed() {
    if (this.home && location.href !== this.home) history.replaceState(null, "", this.home);
    this.body.replaceChildren();
    this.item()?.querySelector("a[href]")?.focus({ preventScroll: true });
    this.home = this.shown = undefined;
  }
}
customElements.define("side-drawer", SideDrawer);
