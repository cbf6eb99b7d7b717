// <sort-list form="id">: a list whose items are put in another order by dragging. The form holds the ids of the items
// of all lists that name it, as hidden fields; it is sent with them in their new order, and what is refused is put
// back by fetching the part anew. Without script, and by keyboard, the buttons of each item do the same.
class SortList extends HTMLElement {
  connectedCallback() {
    const wire = () => { this.unwire(); const list = this.isConnected && this.querySelector("[data-sorted]"); this.sortable = list && window.Sortable?.create(list, { draggable: "[data-item]", filter: "a, button, details, input, select", preventOnFilter: false, animation: 120, delay: 150, delayOnTouchOnly: true, onEnd: () => this.save() }); };
    if (window.Sortable) queueMicrotask(wire); // a morph fills it after it is there
    else window.addEventListener("load", wire, { once: true });
  }

  disconnectedCallback() { this.unwire(); }
  // It refuses to be destroyed twice, as happens to a list that a morph takes out and back at once.
  unwire() { this.sortable?.destroy(); this.sortable = null; }

  async save() {
    const id = this.getAttribute("form");
    const form = document.getElementById(id);
    const places = [...document.querySelectorAll(`sort-list[form="${id}"] [data-item]`)].map((item) => item.dataset.item);
    const place = (field) => places.indexOf(field.value);
    form.append(...[...form.elements].filter((field) => place(field) >= 0).sort((a, b) => place(a) - place(b)));
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    if (answer?.ok) return;
    document.querySelector("toast-rack")?.say("The order was not saved.", { kind: "risk" });
    document.body.dispatchEvent(new CustomEvent("live:reload"));
  }
}
customElements.define("sort-list", SortList);
