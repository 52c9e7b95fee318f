// What the browser keeps for a page. A resident's conversation survives a reload and ends with the tab, unless they
// chose to be remembered on this device. An officer's duty PC stays known when its tab is closed: only the names below
// last there. Residents and officers stand side by side under one origin.

const OFFICER_LASTS = new Set(["token", "started", "open-at"]);
const REMEMBERED = "remembered";

export class Store {
  #role;
  #remembered = false;
  #closed = false;
  #spare = new Map(); // where the browser keeps nothing for us

  constructor(role) {
    this.#role = role;
    try {
      this.#remembered = role === "resident" && localStorage.getItem(this.#key(REMEMBERED)) !== null;
    } catch {
      // storage is switched off
    }
  }

  #key(name) {
    return `${this.#role}.${name}`;
  }

  #of(name) {
    const lasts = this.#role === "officer" ? OFFICER_LASTS.has(name) : this.#remembered;
    return lasts ? localStorage : sessionStorage;
  }

  get(name, otherwise = null) {
    let text = this.#spare.get(name) ?? null;
    try {
      text = this.#of(name).getItem(this.#key(name)) ?? text;
    } catch {
      // storage is switched off
    }
    try {
      return text === null ? otherwise : JSON.parse(text);
    } catch {
      return otherwise;
    }
  }

  put(name, value) {
    if (this.#closed) return;
    const text = JSON.stringify(value);
    try {
      this.#of(name).setItem(this.#key(name), text);
      this.#spare.delete(name);
    } catch {
      this.#spare.set(name, text); // switched off or full
    }
  }

  drop(name) {
    this.#spare.delete(name);
    try {
      this.#of(name).removeItem(this.#key(name));
    } catch {
      // storage is switched off
    }
  }

  get remembers() {
    return this.#remembered;
  }

  // A resident's conversation moves to where it outlives the tab, or back. False if the browser keeps nothing that long.
  remember(on) {
    const moved = [];
    try {
      const [from, to] = on ? [sessionStorage, localStorage] : [localStorage, sessionStorage];
      for (const key of this.#keys(from)) {
        moved.push(() => to.removeItem(key));
        to.setItem(key, from.getItem(key));
      }
      if (on) to.setItem(this.#key(REMEMBERED), "true");
      else from.removeItem(this.#key(REMEMBERED));
      this.#keys(from).forEach((key) => from.removeItem(key));
      this.#remembered = on;
      return true;
    } catch {
      moved.forEach((back) => back());
      return false;
    }
  }

  // Everything this page kept is gone, and nothing more is kept: what still runs writes to nowhere.
  wipe() {
    this.#closed = true;
    this.#spare.clear();
    try {
      for (const kept of [sessionStorage, localStorage]) this.#keys(kept).forEach((key) => kept.removeItem(key));
    } catch {
      // storage is switched off: nothing was kept
    }
  }

  #keys(kept) {
    return Object.keys(kept).filter((key) => key.startsWith(this.#key("")) && key !== this.#key(REMEMBERED));
  }
}
