// <live-stream url cursor>: says in this page what changed at the server, so that its parts fetch themselves.
//   hx-trigger="live:client from:body, live:reload from:body"      some client changed; anything may have
//   hx-trigger="live:{id} from:body, live:many from:body, ..."     that client did; more than can be named
// Of an agency's tabs one, the leader (Web Locks), reads the stream and hands on what it hears (BroadcastChannel).
// Each tab keeps the place up to which it heard everything. A new page reads for itself until it has caught up
// with what it shows, and so does a tab when a new leader starts from another place than its own.
// The element's content is shown while the connection is lost. `open` tells whether this tab hears the server now;
// it is undefined before it first did.
const COALESCE = 250, LOST_AFTER = 5000, SILENCE = 45000, PAUSE = 1000, PAUSE_MOST = 15000; // milliseconds
const REFUSED = [401, 403, 404];
const spread = (time) => time * (0.6 + 0.8 * Math.random());

class LiveStream extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.gone = new AbortController());
    [this.url, this.cursor] = [this.getAttribute("url"), this.getAttribute("cursor")];
    this.leading = this.current = this.reading = false;
    this.changed = new Map();
    this.channel = new BroadcastChannel(`live ${this.url}`);
    this.channel.addEventListener("message", ({ data }) => this.told(data));
    for (const name of ["focus", "online"]) window.addEventListener(name, () => this.rouse(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.rouse(), { signal });
    this.elect(signal).catch(() => {}); // it left before its turn came
  }

  disconnectedCallback() {
    this.gone.abort();
    this.again();
    this.channel.close();
    for (const timer of ["telling", "losing"]) this[timer] = clearTimeout(this[timer]);
  }

  async elect(signal) {
    if (!navigator.locks) return this.lead(signal); // plain http: each tab for itself
    const lead = (lock) => lock && this.lead(signal);
    await navigator.locks.request(this.url, { ifAvailable: true }, lead);
    this.read(signal);
    await navigator.locks.request(this.url, { signal }, lead);
  }

  lead(signal) {
    this.leading = true;
    this.say({ leader: this.cursor });
    this.again(); // what it read as a follower it didn't hand on
    this.read(signal);
    return new Promise((leave) => signal.addEventListener("abort", leave));
  }

  say(message) { if (!this.gone.signal.aborted) this.channel.postMessage(message); }
  again() { this.stop?.abort(); this.wake?.(); }

  async read(signal) {
    const wanted = () => !signal.aborted && (this.leading || !this.current);
    for (this.tries = 0; wanted() && !this.reading; this.tries += 1) {
      this.stop = new AbortController();
      this.reading = true;
      await this.listen(wanted, this.stop).catch(() => {}); // lost, refused or stopped: all the same
      this.open &&= false;
      this.losing ??= wanted() ? setTimeout(() => this.lost(true), LOST_AFTER) : undefined;
      const pause = this.stop.signal.aborted ? 0 : spread(Math.min(PAUSE * 2 ** this.tries, PAUSE_MOST));
      if (wanted()) await new Promise((wake) => setTimeout((this.wake = wake), pause));
      this.reading = false;
    }
  }

  async listen(wanted, stop) {
    const decoder = new TextDecoder(), headers = { "Last-Event-ID": this.cursor };
    const alive = () => {
      clearTimeout(this.watch);
      this.watch = setTimeout(() => stop.abort(), SILENCE); // a peer that died without a word
      this.heardAt = Date.now();
    };
    alive();
    const answer = await fetch(this.url, { headers, signal: stop.signal, redirect: "manual", cache: "no-store" });
    const refused = answer.type === "opaqueredirect" || REFUSED.includes(answer.status);
    if (refused && this.current) this.hear({ name: "signed-out" });
    if (!answer.ok) throw new Error(answer.statusText);
    [this.tries, this.open] = [0, true];
    this.lost(false);
    for (let text = "", reader = answer.body.getReader(); wanted(); alive()) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (text + decoder.decode(value, { stream: true })).split("\n\n");
      text = parts.pop();
      for (const part of parts) {
        const { event, data, id } = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/)));
        if (event) this.hear({ name: event, cursor: id, ...JSON.parse(data) }); // else a sign of life
      }
    }
    stop.abort();
  }

  hear(event) {
    if (this.leading) this.say({ event });
    this.current ||= event.name === "caught-up";
    if (event.cursor) this.cursor = event.cursor;
    this.take(event);
  }

  // From another tab. Only the leader's events move a follower's place, and only once it has caught up.
  told({ event, leader, lost, awake }) {
    if (awake && this.leading) this.rouse();
    if (this.leading) return;
    if (lost !== undefined) this.lost(lost);
    if (leader !== undefined && leader !== this.cursor) {
      this.current = false;
      this.again();
      this.read(this.gone.signal);
    }
    if (event?.cursor && this.current) this.cursor = event.cursor;
    if (event) this.take(event);
  }

  take({ name, id, client_id }) {
    if (name === "signed-out") location.reload();
    if (name === "signed-out" || name === "caught-up") return;
    for (const key of [name, client_id ?? (id === null ? "many" : name)]) this.changed.set(key, { id, client_id });
    this.telling ??= setTimeout(() => this.tell(), spread(COALESCE));
  }

  tell() {
    this.telling = undefined;
    if (document.hidden) return; // it waits until somebody looks
    for (const [name, detail] of this.changed) document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
    this.changed.clear();
  }

  // Somebody looks, perhaps after the machine slept: don't wait for timers.
  rouse() {
    if (this.changed.size) this.telling ??= setTimeout(() => this.tell(), spread(COALESCE));
    if (!this.leading) this.say({ awake: true });
    if (Date.now() - this.heardAt > SILENCE) this.stop?.abort();
    this.wake?.();
  }

  lost(lost) {
    this.losing = clearTimeout(this.losing);
    if (lost) this.dataset.state = "lost"; else delete this.dataset.state;
    for (const child of this.children) child.hidden = !lost;
    if (this.leading) this.say({ lost });
  }
}
customElements.define("live-stream", LiveStream);
