// <local-zone>: fills the hidden field inside with the browser's IANA time zone. Without script it stays as drawn.
class LocalZone extends HTMLElement {
  connectedCallback() {
    this.querySelector("input").value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  }
}
customElements.define("local-zone", LocalZone);
