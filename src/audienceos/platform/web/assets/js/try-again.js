// <try-again ask>: on the page that stands for one that can't be had. Of the parts inside, those are shown whose
// data-when is "offline" or "online", as the browser says. The page is asked for again when its button is pressed,
// when the connection is back, and when `ask`, an address that answers whoever asks, does.
const FIRST = 4000, MOST = 30000; // milliseconds
const reload = () => location.reload();

class TryAgain extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.gone = new AbortController());
    this.querySelector("button").addEventListener("click", reload, { signal });
    window.addEventListener("online", reload, { signal });
    window.addEventListener("offline", () => this.tell(), { signal });
    this.tell();
    this.wait(FIRST);
  }

  disconnectedCallback() { this.gone.abort(); clearTimeout(this.timer); }
  tell() { for (const part of this.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "online") !== navigator.onLine; }
  wait(time) { this.timer = setTimeout(() => this.ask(time), time * (0.8 + 0.4 * Math.random())); }

  async ask(time) {
    const answer = await fetch(this.getAttribute("ask"), { cache: "no-store" }).catch(() => null);
    if (answer?.ok) reload(); else this.wait(Math.min(time * 2, MOST));
  }
}
customElements.define("try-again", TryAgain);
