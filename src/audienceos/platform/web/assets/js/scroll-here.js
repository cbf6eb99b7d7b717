// <scroll-here>: around a list of links that scrolls sideways: the one that is here, [aria-current], is in sight.
class ScrollHere extends HTMLElement {
  connectedCallback() {
    const here = this.querySelector("[aria-current]"), list = this.firstElementChild;
    if (here) list.scrollLeft = here.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
  }
}
customElements.define("scroll-here", ScrollHere);
