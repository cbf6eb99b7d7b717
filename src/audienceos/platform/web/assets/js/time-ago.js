// <time-ago>: around a <time>: keeps "3 h ago" true for as long as the page is open. The server wrote the first words;
// its rule (`ago` in templating) is this one, and a test compares them.
const MINUTE = 60, STEPS = [[86400, "d"], [3600, "h"], [MINUTE, "min"]]; // seconds
const WEEK = 7 * 86400, WEEKS = 5 * WEEK, JUST = 45; // seconds

class TimeAgo extends HTMLElement {
  static all = new Set();
  static ticking = setInterval(() => document.hidden || TimeAgo.all.forEach((one) => one.show()), MINUTE * 1000);
  connectedCallback() { TimeAgo.all.add(this); }
  disconnectedCallback() { TimeAgo.all.delete(this); }

  show(now = Date.now()) {
    const time = this.querySelector("time");
    const words = TimeAgo.words((now - Date.parse(time.dateTime)) / 1000);
    const text = words || time.title.split(",")[0]; // the date of the moment there
    if (text !== time.textContent) time.textContent = text;
  }

  static words(seconds) {
    const size = Math.abs(seconds);
    if (size < JUST) return "just now";
    if (size >= WEEKS) return "";
    const [unit, name] = STEPS.find(([unit]) => size >= unit) ?? STEPS.at(-1), weeks = Math.floor(size / WEEK);
    const few = `${Math.max(1, Math.floor(size / unit))} ${name}`;
    const amount = weeks ? `${weeks} week${weeks > 1 ? "s" : ""}` : few;
    return seconds > 0 ? `${amount} ago` : `in ${amount}`;
  }
}
customElements.define("time-ago", TimeAgo);
