// <command-palette url store>: a field over a list of [role=option]: typing narrows it, arrows walk, Enter follows.
// What the server finds (GET url?q=) comes into [data-found]; the links that were followed last stand in [data-recent],
// kept in this browser under `store`. An option that [data-presses] a selector clicks that.
const WAIT = 120, RECENT = 5; // milliseconds after the last letter; links

class CommandPalette extends HTMLElement {
  connectedCallback() {
    [this.input, this.list, this.found] = ["input", "[role=listbox]", "[data-found]"].map((one) => this.querySelector(one));
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.chosen(event));
    this.closest("dialog").addEventListener("opened", () => this.fresh());
    const out = document.querySelector('form[action$="/sign-out"]');
    out?.addEventListener("submit", () => { localStorage.removeItem(this.getAttribute("store")); sessionStorage.clear(); });
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")].filter((one) => !one.hidden); }
  get kept() { return JSON.parse(localStorage.getItem(this.getAttribute("store")) ?? "[]"); }

  fresh() {
    this.input.value = "";
    const group = this.querySelector("[data-recent]");
    for (const old of group.querySelectorAll("a")) old.remove();
    for (const [href, name] of this.kept) {
      const link = this.querySelector("template").content.firstElementChild.cloneNode(true);
      [link.href, link.querySelector("span").textContent] = [href, name];
      group.append(link);
    }
    this.typed();
  }

  typed() {
    const sought = this.input.value.trim();
    clearTimeout(this.waiting);
    this.asking?.abort();
    if (!sought) this.found.replaceChildren();
    const wait = sought && this.hasAttribute("url");
    if (wait) this.waiting = setTimeout(() => this.ask(sought), WAIT);
    this.narrow(sought, Boolean(wait));
  }

  async ask(sought) {
    this.asking = new AbortController();
    const asked = { headers: { "HX-Request": "true" }, signal: this.asking.signal };
    const answer = await fetch(`${this.getAttribute("url")}?${new URLSearchParams({ q: sought })}`, asked).catch(() => null);
    if (this.input.value.trim() !== sought) return;
    this.found.innerHTML = answer?.ok ? await answer.text() : "";
    this.narrow(sought, false);
  }

  // Every word of what was typed stands in what is left. The server has narrowed its own.
  narrow(sought, more) {
    const words = sought.toLowerCase().split(/\s+/);
    for (const one of this.list.querySelectorAll("[role=option]")) {
      const text = one.textContent.toLowerCase();
      one.hidden = !this.found.contains(one) && !words.every((word) => text.includes(word));
      one.id ||= `option-${Math.random().toString(36).slice(2)}`;
    }
    for (const group of this.list.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    this.querySelector("[data-sought]").textContent = sought;
    this.querySelector("[data-nothing]").hidden = more || this.options.length > 0;
    this.mark(this.options[0]);
  }

  mark(option) {
    for (const one of this.list.querySelectorAll("[aria-selected=true]")) one.ariaSelected = "false";
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.ariaSelected = "true";
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  key(event) {
    const all = this.options;
    const at = all.findIndex((one) => one.ariaSelected === "true");
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1, Enter: at }[event.key];
    if (to === undefined || (event.isComposing && event.key === "Enter")) return;
    event.preventDefault();
    if (event.key === "Enter") all[at]?.click(); else this.mark(all.at(to % all.length));
  }

  chosen(event) {
    const option = event.target.closest("[role=option]");
    if (!option || !this.closest("dialog").open) return; // a jump by keys presses it in the closed palette
    if (option.dataset.presses) document.querySelector(option.dataset.presses).click();
    const name = option.dataset.name ?? option.querySelector("span")?.textContent;
    if (option.href && name) {
      const rest = this.kept.filter(([href]) => href !== option.pathname);
      localStorage.setItem(this.getAttribute("store"), JSON.stringify([[option.pathname, name], ...rest].slice(0, RECENT)));
    }
    if (!event.ctrlKey && !event.metaKey) this.closest("dialog").close();
  }
}
customElements.define("command-palette", CommandPalette);
