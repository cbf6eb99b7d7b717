// <list-sift>: a [data-sift] field, hidden without scripts, that leaves of the [data-sifted] beside it those that have
// each of its words.
class ListSift extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("[data-sift]");
    field.hidden = false;
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = field.value.toLowerCase().split(/\s+/);
      for (const one of this.querySelectorAll("[data-sifted]")) {
        const text = one.textContent.toLowerCase();
        one.hidden = !words.every((word) => text.includes(word));
      }
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // it would send the form
      this.querySelector("[data-sifted]:not([hidden])")?.click();
    });
  }
}
customElements.define("list-sift", ListSift);
