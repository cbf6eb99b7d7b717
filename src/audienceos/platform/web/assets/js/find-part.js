// <find-part under at>: an address that ends in # and an id beginning with `under`, which isn't on this page, leads to
// `at` and the rest of the id: the server knows on which part of a long list it stands.
class FindPart extends HTMLElement {
  connectedCallback() {
    const id = location.hash.slice(1), under = this.getAttribute("under");
    if (!id.startsWith(under) || document.getElementById(id)) return;
    location.replace(this.getAttribute("at") + encodeURIComponent(id.slice(under.length)));
  }
}
customElements.define("find-part", FindPart);
