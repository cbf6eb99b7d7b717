// <drag-lanes url>: items that are carried between lanes by mouse, finger or keyboard.
//
// The server draws everything: [data-lane] holds [data-items] of [data-item]; data-shut tells from which lanes
// a lane takes nothing and why; data-guarded asks for a reason first. A drop is posted to `url` (its nil id
// replaced by the item's); a refusal puts the item back and says why. While something is carried, live updates
// of the board wait.
const NIL = "00000000-0000-0000-0000-000000000000";
const ZERO = /\/0(?=\/\w+$)/; // where items are numbered
const START_AFTER_PIXELS = 8;

class DragLanes extends HTMLElement {
  connectedCallback() {
    this.strip = this.querySelector("[data-strip]");
    this.ask = this.querySelector("[data-ask]");
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("htmx:before:request", (event) => this.hold(event));
    this.addEventListener("htmx:after:swap", () => this.wire());
    customElements.whenDefined("toast-rack").then(() => this.wire());
  }

  // Sortable keeps an element of its own per list; a morph may bring new ones.
  wire() {
    for (const list of this.querySelectorAll("[data-items]")) {
      if (list.sortable?.el === list) continue;
      list.sortable = window.Sortable.create(list, {
        group: "lanes", draggable: "[data-item]", sort: false, animation: 120, ghostClass: "is-ghost",
        chosenClass: "is-chosen", dragClass: "is-lifted", fallbackTolerance: START_AFTER_PIXELS, delay: 150,
        delayOnTouchOnly: true, onStart: (event) => this.lift(event.item), onMove: (event) => this.mayEnter(event),
        onEnd: (event) => this.dropped(event),
      });
    }
  }

  lane(element) { return element.closest("[data-lane]"); }
  lanes() { return [...this.querySelectorAll("[data-lane]:not([data-gone])")]; }
  whyNot(from, to) { return JSON.parse(to.dataset.shut)[from.dataset.lane]; }

  // With `one-way` only what the lanes themselves lead back from can be undone.
  leadsBack(from, to) { return !this.hasAttribute("one-way") || !(to.hasAttribute("data-guarded") || from.hasAttribute("data-guarded") || this.whyNot(to, from)); }

  hold(event) {
    if (!this.carried || event.target.id !== "board") return;
    event.preventDefault();
    this.waiting = true;
  }

  lift(item) {
    this.carried = { item, from: this.lane(item), next: item.nextElementSibling };
    for (const lane of this.lanes()) lane.classList.toggle("is-shut", !!this.whyNot(this.carried.from, lane));
  }

  settle() {
    this.carried = null;
    this.strip.hidden = true;
    for (const lane of this.lanes()) lane.classList.remove("is-shut", "is-over");
    if (this.waiting) document.body.dispatchEvent(new CustomEvent("live:reload"));
    this.waiting = false;
  }

  mayEnter({ from, to }) {
    for (const lane of this.lanes()) lane.classList.toggle("is-over", lane === this.lane(to));
    const reason = this.whyNot(this.lane(from), this.lane(to));
    this.say(reason || "");
    return !reason;
  }

  async dropped({ item, to }) {
    const { from } = this.carried;
    const lane = this.lane(to);
    if (lane === from) return this.settle();
    await this.move(item, from, lane);
  }

  async move(item, from, to) {
    const back = this.carried?.next ?? null;
    const notes = to.hasAttribute("data-guarded") ? await this.reason(item, to) : "";
    if (notes === null) return this.putBack(item, from, back);
    to.querySelector("[data-items]").prepend(item);
    this.count(from, -1); this.count(to, +1);
    const answer = await this.post(item, from, to, { notes });
    if (answer.ok) {
      const undo = this.leadsBack(from, to) ? { act: "Undo", run: () => this.undo(item, from, to) } : {};
      this.said(`${item.dataset.name} is now in ${to.dataset.lane}`, undo);
      return this.settle();
    }
    this.count(from, +1); this.count(to, -1);
    this.waiting = true; // somebody else may have moved it: ask where it is
    this.putBack(item, from, back);
    this.said(answer.why, { kind: "risk", act: "Retry", run: () => this.move(item, from, to) });
  }

  async undo(item, from, to) {
    const answer = await this.post(item, to, from, { undo: "true" });
    this.said(answer.ok ? `${item.dataset.name} is back in ${from.dataset.lane}` : answer.why, { kind: answer.ok ? "ok" : "risk" });
    document.body.dispatchEvent(new CustomEvent("live:reload"));
  }

  async post(item, from, to, more) {
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
    const body = new URLSearchParams({ from_stage: from.dataset.lane, to_stage: to.dataset.lane, ...more });
    try {
      const address = this.getAttribute("url").replace(NIL, item.dataset.item).replace(ZERO, `/${item.dataset.item}`);
      const answer = await fetch(address, { method: "POST", body, headers: { ...token, "HX-Request": "true" } });
      if (answer.ok) return { ok: true };
      const said = new DOMParser().parseFromString(await answer.text(), "text/html");
      return { why: said.querySelector("[data-problem] p")?.textContent || "The move was not saved." };
    } catch {
      return { why: "The server can't be reached. The card is back where it was." };
    }
  }

  reason(item, to) {
    this.ask.querySelector("[data-ask-title]").textContent = `Move ${item.dataset.name} to ${to.dataset.lane}?`;
    this.ask.querySelector("[data-ask-go]").textContent = `Move to ${to.dataset.lane}`;
    this.ask.returnValue = "cancel";
    this.ask.showModal();
    return new Promise((done) => this.ask.addEventListener("close", () => {
      const field = this.ask.querySelector("textarea");
      done(this.ask.returnValue === "go" ? field.value : null);
      field.value = "";
    }, { once: true }));
  }

  putBack(item, from, before) {
    from.querySelector("[data-items]").insertBefore(item, before?.parentElement ? before : null);
    this.settle();
    item.querySelector("a")?.focus({ preventScroll: true });
  }

  count(lane, by) {
    const shown = lane.querySelector("[data-count]");
    shown.textContent = Number(shown.textContent) + by;
  }

  // Space lifts and drops, arrows choose the lane, Escape puts it back.
  key(event) {
    const item = event.target.closest("[data-item]");
    if (!item || event.target.closest("dialog, button")) return;
    if (event.key === " ") { event.preventDefault(); return this.held ? this.drop() : this.pick(item); }
    if (!this.held) return;
    if (event.key === "Escape") { event.preventDefault(); this.release(); return this.settle(); }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) { event.preventDefault(); this.aim(step); }
  }

  pick(item) {
    this.lift(item);
    this.held = { item, from: this.lane(item), to: this.lane(item) };
    item.classList.add("is-lifted");
    this.aim(0);
  }

  aim(step) {
    const lanes = this.lanes();
    const at = Math.min(lanes.length - 1, Math.max(0, lanes.indexOf(this.held.to) + step));
    this.held.to = lanes[at];
    for (const lane of lanes) lane.classList.toggle("is-over", lane === this.held.to);
    this.held.to.scrollIntoView({ block: "nearest", inline: "nearest" });
    const reason = this.whyNot(this.held.from, this.held.to);
    const stays = this.held.to === this.held.from;
    this.say(reason || `${stays ? "Lifted" : "Moving"} ${this.held.item.dataset.name}${stays ? "" : ` to ${this.held.to.dataset.lane}`}. Left and right choose the stage, Space drops, Escape puts it back.`);
  }

  release() {
    this.held.item.classList.remove("is-lifted");
    const held = this.held;
    this.held = null;
    return held;
  }

  async drop() {
    if (this.whyNot(this.held.from, this.held.to)) return;
    const { item, from, to } = this.release();
    if (from === to) return this.settle();
    await this.move(item, from, to);
    item.querySelector("a")?.focus({ preventScroll: true });
  }

  say(text) { this.strip.textContent = text; this.strip.hidden = !text; }
  said(text, how) { document.querySelector("toast-rack").say(text, how); }
}
customElements.define("drag-lanes", DragLanes);
