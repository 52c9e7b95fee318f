// The tab's memory: survives a reload, ends with the tab. Residents and officers stand side by side under one origin.
// An officer's duty PC stays known when its tab is closed, until the officer leaves it: only the names below last.

const LASTING = { officer: new Set(["token", "started"]), resident: new Set() };

export class Store {
  #prefix;
  #lasting;
  #spare = new Map(); // where the browser keeps nothing for us

  constructor(role) {
    this.#prefix = `${role}.`;
    this.#lasting = LASTING[role] ?? LASTING.resident;
  }

  #of(name) {
    return this.#lasting.has(name) ? localStorage : sessionStorage;
  }

  get(name, otherwise = null) {
    let text = this.#spare.get(name) ?? null;
    try {
      text = this.#of(name).getItem(this.#prefix + name) ?? text;
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
    const text = JSON.stringify(value);
    try {
      this.#of(name).setItem(this.#prefix + name, text);
      this.#spare.delete(name);
    } catch {
      this.#spare.set(name, text); // switched off or full
    }
  }

  drop(name) {
    this.#spare.delete(name);
    try {
      this.#of(name).removeItem(this.#prefix + name);
    } catch {
      // storage is switched off
    }
  }
}
