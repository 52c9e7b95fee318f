// What has been said, on the screen and in the tab's memory. People's words only ever become text nodes.

const KEPT = 200;
const POSITION = /(-?\d{1,2}\.\d{5}, -?\d{1,3}\.\d{5})(?!\d)/; // as a tip writes it
const FILES = {
  voice: "web-voice-said",
  audio: "web-file-audio",
  video: "web-file-video",
  "video-note": "web-file-video",
  document: "web-file-document",
};

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// data:image/jpeg;base64,… as bytes; fetch() of such an address is not what the page's policy is for.
export function blobOf(address) {
  const [head, body] = address.split(",");
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5).split(";")[0] });
}

export class Transcript {
  #log;
  #words;
  #store;
  #on;
  #officer;
  #reading;
  #files = new Map(); // blob addresses of pictures and recordings, only as long as the page lives

  // on: press(entry, button), pin(), note(entry); officer: messages with an anchor offer a note, positions lead to a map
  constructor(log, words, { store, on, officer, reading }) {
    this.#log = log;
    this.#words = words;
    this.#store = store;
    this.#on = on;
    this.#officer = officer;
    this.#reading = reading;
    this.entries = store.get("entries", []);
    for (const entry of this.entries) this.#log.append(this.#node(entry));
    this.#newest();
    reading.opened(log.lastElementChild);
  }

  has(id) {
    return this.entries.some((entry) => entry.id === id);
  }

  // One thing said; a line that replaces another takes its place, or stands at the end where that is gone.
  show(entry, file = null) {
    if (file) this.#files.set(entry.id, URL.createObjectURL(file));
    const index = this.entries.findIndex((other) => other.id === entry.id);
    if (index >= 0) {
      this.entries[index] = { ...entry, at: this.entries[index].at };
      const [old, node] = [this.#nodeOf(entry.id), this.#node(this.entries[index])];
      old?.replaceWith(node);
      if (old) this.#reading.replaced(old, node);
    } else {
      this.entries.push(entry);
      this.#log.append(this.#node(entry));
    }
    this.#trim();
    this.#keep();
    this.#newest();
    if (entry.by === "me") this.#reading.spoke();
    else if (index < 0) this.#reading.came(this.#log.lastElementChild);
  }

  empty() {
    this.entries = [];
    this.#files.forEach((address) => URL.revokeObjectURL(address));
    this.#files.clear();
    this.#log.replaceChildren();
    this.#keep();
  }

  // What became of something this page said: "", "sending", "waiting", or the key of a sentence.
  mark(id, state) {
    const entry = this.entries.find((other) => other.id === id);
    if (!entry || entry.state === state) return;
    entry.state = state;
    const node = this.#nodeOf(id);
    node?.querySelector(".state")?.remove();
    node?.querySelector(".bubble").after(...this.#state(entry)); // the recording beside it plays on
    this.#keep();
  }

  #keep() {
    this.#store.put("entries", this.entries);
  }

  #trim() {
    while (this.entries.length > KEPT) {
      const index = this.entries.findIndex((entry) => !entry.unclaimed);
      if (index < 0) return;
      const [gone] = this.entries.splice(index, 1);
      this.#nodeOf(gone.id)?.remove();
      URL.revokeObjectURL(this.#files.get(gone.id));
      this.#files.delete(gone.id);
    }
  }

  #nodeOf(id) {
    return this.#log.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #newest() {
    this.#log.querySelector(".newest")?.classList.remove("newest");
    const last = this.entries.findLast((entry) => entry.by === "us" && entry.buttons?.length);
    if (last) this.#nodeOf(last.id)?.classList.add("newest");
  }

  #node(entry) {
    const speaker = this.#words[entry.by === "me" ? "web-said-by-me" : "web-said-by-us"];
    const bubble = make("div", { class: "bubble" }, make("span", { class: "unseen" }, `${speaker} `));
    if (entry.photo) bubble.append(this.#picture(entry));
    if (entry.what) bubble.append(...this.#file(entry));
    if (entry.text) bubble.append(make("p", {}, ...(this.#officer ? this.#withMaps(entry.text) : [entry.text])));
    bubble.append(make("time", { datetime: new Date(entry.at).toISOString() }, clock(entry.at)));
    const node = make("article", { class: entry.by, "data-id": entry.id }, bubble);
    if (entry.card) node.classList.add("card");
    if (entry.unclaimed) node.classList.add("unclaimed");
    node.append(...this.#state(entry));
    const choices = this.#choices(entry);
    if (choices) node.append(choices);
    return node;
  }

  #state({ state }) {
    if (!state) return [];
    const sentence = { sending: "web-sending", waiting: "web-waiting" }[state] ?? state;
    return [make("p", { class: state === "sending" ? "state sending" : "state" }, this.#words[sentence])];
  }

  #picture(entry) {
    const address = this.#files.get(entry.id);
    const label = this.#words[entry.by === "me" ? "web-photo-said" : "web-photo-seen"];
    if (!address) return make("p", { class: "placeholder" }, this.#words["web-photo-gone"]);
    const picture = make("img", { src: address, alt: label });
    if (entry.by === "me") return picture;
    return make("a", { href: address, target: "_blank" }, picture);
  }

  // A recording to play where it is one, and for officers whatever it is to save. It is never opened in the page.
  #file(entry) {
    const address = this.#files.get(entry.id);
    const label = this.#words[FILES[entry.what]];
    if (!address) return [make("p", { class: "placeholder" }, this.#words["web-file-gone"].replace("{name}", label))];
    const nodes = [];
    if (entry.what === "voice" || entry.what === "audio") {
      nodes.push(make("audio", { src: address, controls: true, preload: "metadata", "aria-label": label }));
    } else if (entry.what !== "document") {
      nodes.push(make("video", { src: address, controls: true, preload: "metadata", playsinline: true, "aria-label": label }));
    }
    if (entry.by === "me") return nodes;
    const save = this.#words["web-file-save"].replace("{name}", entry.name);
    return [...nodes, make("p", {}, make("a", { class: "file", href: address, download: entry.name }, save))];
  }

  // The words with a link to a map beside each position; nothing of the map is loaded before somebody follows it.
  #withMaps(text) {
    return text.split(POSITION).flatMap((part, index) => {
      if (index % 2 === 0) return [part];
      const [latitude, longitude] = part.split(", ");
      const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=18/${latitude}/${longitude}`;
      return [part, " ", make("a", { class: "map", href, target: "_blank", rel: "noopener noreferrer" }, this.#words["web-map"])];
    });
  }

  #choices(entry) {
    const rows = (entry.buttons ?? []).map((row) =>
      make("div", { class: "row" }, ...row.map((button) => this.#button(button.label, () => this.#on.press(entry, button)))),
    );
    if (entry.pin) rows.unshift(make("div", { class: "row" }, this.#button(entry.pin, () => this.#on.pin())));
    if (this.#officer && entry.anchored && !this.#offersNote(entry)) {
      const note = this.#button(this.#words["web-note"], () => this.#on.note(entry));
      note.classList.add("note");
      rows.push(make("div", { class: "row" }, note));
    }
    return rows.length ? make("div", { class: "choices" }, ...rows) : null;
  }

  // Whether the message brings a button for a note of its own.
  #offersNote(entry) {
    const note = this.#words["web-note"].toLowerCase();
    return (entry.buttons ?? []).flat().some((button) => button.label.toLowerCase().includes(note));
  }

  #button(label, pressed) {
    const button = make("button", { type: "button" }, label);
    button.addEventListener("click", pressed);
    return button;
  }
}

function clock(at) {
  const time = new Date(at);
  return `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
}
