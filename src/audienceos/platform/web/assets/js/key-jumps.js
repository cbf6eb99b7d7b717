// <key-jumps store>: keys that work on the whole page, but never where somebody types or a dialog is open.
//   <a data-keys="g p" href>    is followed after g, then p, wherever it stands, in a closed dialog too
//   <button data-keys="e">      is pressed by e, whatever key came before
// Ctrl or Cmd K opens #palette, ? opens #keys, / goes to the page's search field. The checkbox [data-on] inside turns
// single keys off for this browser; they are in the way of those who speak to their machine. What Tab reaches is shown
// wholly: browsers leave it cut off at the edge of what scrolls.
const WITHIN = 1200; // milliseconds from one key to the next
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

class KeyJumps extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    const box = this.querySelector("[data-on]");
    box.checked = localStorage.getItem(this.getAttribute("store")) !== "off";
    box.addEventListener("change", () => localStorage.setItem(this.getAttribute("store"), box.checked ? "on" : "off"), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("focusin", ({ target }) => this.show(target), { signal });
    const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
    for (const shown of isMac ? document.querySelectorAll("[data-mod]") : []) shown.textContent = `⌘${shown.dataset.mod}`;
  }

  disconnectedCallback() { this.gone.abort(); }
  show(target) { if (target.matches(":focus-visible")) target.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  press(selector) { document.querySelector(selector)?.click(); }

  key(event) {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!document.querySelector("#palette:modal")) this.press("[data-opens=palette]");
      return;
    }
    const open = document.querySelector("dialog:modal:not(.drawer)"); // a drawer is a page beside a page
    if (event.ctrlKey || event.metaKey || open || event.target.closest?.(TYPING) || !this.querySelector("[data-on]").checked) return;
    this.jump(event);
  }

  follow(link) {
    link.click();
    if (link.matches("summary")) link.focus(); // arrows go on from there
  }

  jump(event) {
    const typed = performance.now() - (this.at ?? -WITHIN) < WITHIN ? `${this.before} ${event.key}` : event.key;
    [this.before, this.at] = [event.key, performance.now()];
    const search = [...document.querySelectorAll("main [role=search] input")].find((field) => field.checkVisibility());
    const [link] = [typed, event.key].map((keys) => document.querySelector(`[data-keys=${JSON.stringify(keys)}]`)).filter(Boolean);
    if (link) this.follow(link);
    else if (event.key === "?") this.press("[data-opens=keys]");
    else if (event.key === "/" && search) search.focus();
    else if (event.key === "/") this.press("[data-opens=palette]");
    else return;
    event.preventDefault();
    this.at = undefined;
  }
}
customElements.define("key-jumps", KeyJumps);
