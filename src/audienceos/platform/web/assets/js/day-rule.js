// <day-rule>: the day as a rule of ticks, all over the width. What has passed of it here is darker, and [data-now], which
// stands where the day is, says the time and the place of the clock. Without script it is a day without an hour.
const MINUTES = 24 * 60, TICK = 60000; // of a day; milliseconds

class DayRule extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.show(), TICK);
    this.show();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  show(now = new Date()) {
    const mark = this.querySelector("[data-now]"), [hour, minute] = [now.getHours(), now.getMinutes()];
    const place = Intl.DateTimeFormat().resolvedOptions().timeZone.split("/").at(-1).replaceAll("_", " ");
    this.style.setProperty("--passed", `${((hour * 60 + minute) / MINUTES) * 100}%`);
    mark.textContent = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")} ${place}`;
    mark.classList.toggle("is-late", hour >= 20); // or it would run out of the window
    mark.hidden = false;
  }
}
customElements.define("day-rule", DayRule);
