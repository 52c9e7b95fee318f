// The tab's memory: survives a reload, ends with the tab. Residents and officers stand side by side under one origin.

export class Store {
  #prefix;
  #spare = new Map(); // where the browser keeps nothing for us

  constructor(role) {
    this.#prefix = `${role}.`;
  }

  get(name, otherwise = null) {
    let text = this.#spare.get(name) ?? null;
    try {
      text = sessionStorage.getItem(this.#prefix + name) ?? text;
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
      sessionStorage.setItem(this.#prefix + name, text);
      this.#spare.delete(name);
    } catch {
      this.#spare.set(name, text); // switched off or full
    }
  }

  drop(name) {
    this.#spare.delete(name);
    try {
      sessionStorage.removeItem(this.#prefix + name);
    } catch {
      // storage is switched off
    }
  }
}
