// The line to the server: one stream that listens, and a queue of what was said that empties in order.
// What was said keeps its id until the server has it for good, so sending it again is harmless.

import { forSlow } from "./photo.js";

const SEEN = 500;
const SLOWEST_RETRY = 8000;
const WORDS_WITHIN = 30000;
const FILE_WITHIN = 130000;
const FILE_TRIES = 3; // times that a file may run out of time; then the words behind it go first
const OUTLIVES = 15000; // letters of a call that the browser finishes although its page is left
const SILENT = { ready() {}, line() {}, state() {}, sent() {} };

export class Wire {
  #store;
  #on;
  #role;
  #beat;
  #grace;
  #token;
  #asking = null;
  #queue;
  #seen;
  #shown = new Set();
  #listening = null;
  #heardAt = performance.now();
  #downSince = performance.now();
  #retryAt = 0;
  #failures = 0;
  #flushing = false;
  #flushAt = 0;
  #acking = false;
  #state = "";
  #begun = false;
  #left = false;

  // role: "resident" | "officer"; beat: seconds between signs of life; grace: milliseconds of silence before the line counts as lost.
  // on: ready(now, ends), line(event), state("connected" | "lost" | "busy"), sent(said, status)
  constructor(store, { role, beat, grace, on }) {
    this.#store = store;
    this.#role = role;
    this.#on = on;
    this.#beat = beat;
    this.#grace = grace;
    this.#token = store.get("token");
    this.#seen = store.get("seen", []);
    this.#queue = store.get("queue", []);
  }

  begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#downSince = performance.now();
    const wake = () => {
      this.#retryAt = 0;
      this.#flushAt = 0;
      this.tick();
    };
    addEventListener("online", wake);
    addEventListener("offline", () => this.#cut());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
    this.tick();
  }

  // Nothing is heard, shown or said from now on; what was said already still goes out while the page lasts.
  end() {
    this.#begun = false;
    this.#left = true;
    this.#on = SILENT;
    this.#shown.clear();
    this.#listening?.abort();
  }

  get state() {
    return this.#state;
  }

  get waiting() {
    return this.#queue;
  }

  say(said) {
    if (this.#left) return;
    this.#queue.push(said);
    this.#keepQueue();
    this.#flushAt = 0;
    this.begin();
    this.#flush();
  }

  tick() {
    if (!this.#begun) return;
    const now = performance.now();
    const silentFor = now - this.#heardAt;
    if (this.#listening && silentFor > Math.max(this.#grace, this.#beat * 2000)) this.#cut();
    if (!this.#listening && now >= this.#retryAt) this.#listen();
    if (this.#shown.size) this.#acknowledge();
    this.#flush();
    const lost = this.#downSince !== null && now - this.#downSince > this.#grace;
    if (lost && this.#state !== "busy") this.#is("lost");
  }

  #is(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#on.state(state);
  }

  #cut() {
    this.#listening?.abort();
    this.#down();
    if (!navigator.onLine) this.#is("lost");
  }

  #down() {
    if (this.#downSince === null) this.#downSince = this.#heardAt;
  }

  #keepQueue() {
    this.#store.put("queue", this.#queue.map(({ file, ...rest }) => rest));
  }

  // One token, however many ask for it at once.
  #hello() {
    this.#asking ??= this.#askForToken().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #askForToken() {
    const answer = await fetch(`/chat/hello?role=${this.#role}`, { method: "POST", signal: AbortSignal.timeout(WORDS_WITHIN) });
    if (answer.status === 429) this.#is("busy");
    if (!answer.ok) throw new Error(`hello ${answer.status}`);
    this.#token = (await answer.json()).token;
    this.#store.put("token", this.#token);
  }

  #headers(type) {
    const headers = { Authorization: `Bearer ${this.#token}` };
    return type ? { ...headers, "Content-Type": type } : headers;
  }

  #forgetToken() {
    this.#token = null;
    this.#store.drop("token");
    if (!this.#on.unknown) return;
    this.#queue = []; // what an officer said must not go out in a stranger's name
    this.#keepQueue();
    this.#on.unknown();
  }

  async #listen() {
    const control = new AbortController();
    this.#listening = control;
    this.#heardAt = performance.now();
    try {
      if (!this.#token) await this.#hello();
      const answer = await fetch(`/chat/listen?beat=${this.#beat}`, {
        headers: this.#headers(), signal: control.signal, cache: "no-store",
      });
      if (answer.status === 401) this.#forgetToken();
      if (answer.status === 503) this.#is("busy");
      if (answer.ok) await this.#read(answer.body.getReader());
    } catch {
      // the line broke, or was never there: the next tick tries again
    }
    if (this.#listening === control) this.#listening = null;
    this.#down();
    this.#failures += 1;
    this.#retryAt = performance.now() + Math.min(SLOWEST_RETRY, 500 * 2 ** this.#failures);
  }

  async #read(reader) {
    const decoder = new TextDecoder();
    let pieces = []; // of an event whose end has not come: a film comes in hundreds, each looked through once
    let edge = ""; // half of what ends an event may have come
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#heardAt = performance.now();
      const parts = (edge + decoder.decode(value, { stream: true })).split("\n\n");
      const rest = parts.pop();
      for (const part of parts) {
        const event = [...pieces, part].join("");
        pieces = [];
        if (event.startsWith("data: ")) this.#hear(JSON.parse(event.slice(6)));
      }
      edge = rest.endsWith("\n") ? "\n" : "";
      pieces.push(rest.slice(0, rest.length - edge.length));
    }
  }

  #hear(event) {
    if (event.kind === "ready") {
      this.#downSince = null;
      this.#failures = 0;
      this.#flushAt = 0;
      this.#is("connected");
      this.#on.ready(event.now, event.ends);
      this.#flush();
      return;
    }
    if (!this.#seen.includes(event.id)) {
      this.#on.line(event);
      this.#seen = [...this.#seen, event.id].slice(-SEEN);
      this.#store.put("seen", this.#seen);
    }
    if (event.kind === "toast") return;
    this.#shown.add(event.id);
    this.#acknowledge();
  }

  async #acknowledge() {
    if (this.#acking) return;
    this.#acking = true;
    try {
      while (this.#shown.size) {
        const ids = [...this.#shown].slice(0, 100);
        const answer = await fetch("/chat/ack", {
          method: "POST", headers: this.#headers("application/json"), body: JSON.stringify({ ids }),
          signal: AbortSignal.timeout(WORDS_WITHIN),
        });
        if (!answer.ok) break;
        ids.forEach((id) => this.#shown.delete(id));
      }
    } catch {
      // the next tick tries again
    }
    this.#acking = false;
  }

  async #flush() {
    if (this.#flushing || !this.#queue.length || performance.now() < this.#flushAt) return;
    this.#flushing = true;
    while (this.#queue.length) {
      const said = this.#queue[0];
      const { status, after } = await this.#post(said);
      if (after) {
        this.#flushAt = performance.now() + after;
        this.#on.sent(said, 0);
        break;
      }
      this.#queue.shift();
      this.#keepQueue();
      this.#on.sent(said, status);
    }
    this.#flushing = false;
  }

  // What became of one message: its status, or in how many milliseconds to try again.
  async #post(said) {
    try {
      if (!this.#token) await this.#hello();
      const isFile = ["photo", "file"].includes(said.kind);
      const answer = isFile ? await this.#postFile(said) : await this.#postWords(said);
      if (answer === null) return { status: 410 };
      if (isFile && answer.status === 408 && (await this.#isTooSlow(said))) return { status: 408 };
      if (answer.status === 401) this.#forgetToken();
      if ([401, 408, 429].includes(answer.status) || answer.status >= 500) {
        return { after: 1000 * (Number(answer.headers.get("Retry-After")) || 2) };
      }
      return { status: answer.status };
    } catch (error) {
      if (!navigator.onLine) this.#is("lost");
      if (error.name === "TimeoutError" && said.file && (await this.#isTooSlow(said))) return { status: 408 };
      return { after: 2000 };
    }
  }

  // A file ran out of time: a picture is made smaller; whether it is to be given up.
  async #isTooSlow(said) {
    said.tries = (said.tries ?? 0) + 1;
    if (said.kind === "photo") said.file = (await forSlow(said.file)) ?? said.file;
    return said.tries >= FILE_TRIES;
  }

  #postWords(said) {
    const body = JSON.stringify(said);
    return fetch("/chat/say", {
      method: "POST", headers: this.#headers("application/json"), body, keepalive: body.length < OUTLIVES,
      signal: AbortSignal.timeout(WORDS_WITHIN),
    });
  }

  // A picture or recording is not kept over a reload: then there is nothing to send any more.
  async #postFile({ file, kind, what, id, album = "", language }) {
    if (!file) return null;
    const named = new URLSearchParams({ id, album, language, ...(what ? { what } : {}) });
    return fetch(`/chat/${kind}?${named}`, {
      method: "POST", headers: this.#headers(file.type || "application/octet-stream"), body: file,
      signal: AbortSignal.timeout(FILE_WITHIN),
    });
  }
}
