// What makes the officer's page a thing one can leave open: it counts, it sounds, it shows when it cannot know.

import { Bell } from "./shared/bell.js";

export class Duty {
  #words;
  #entries;
  #button;
  #title = document.title;
  #bell = new Bell();
  #on = false;
  #ahead = 0; // how far the server's clock is ahead of ours, in milliseconds

  constructor(words, { entries, button }) {
    this.#words = words;
    this.#entries = entries;
    this.#button = button;
    button.addEventListener("click", () => this.#switch(!this.#on));
    const first = (event) => {
      removeEventListener("pointerdown", first, true);
      removeEventListener("keydown", first, true);
      if (!this.#on && !button.contains(event.target)) this.#switch(true);
    };
    addEventListener("pointerdown", first, true);
    addEventListener("keydown", first, true);
  }

  setClock(now) {
    this.#ahead = Date.parse(now) - Date.now();
  }

  // A line came: a card that waits sounds at once, anything else that is not silent once if nobody looks.
  heard(entry) {
    if (entry.unclaimed && !entry.silent) this.#bell.hurry();
    else if (!entry.silent && !entry.edited && !document.hasFocus()) this.#sound();
    this.tick();
  }

  tick() {
    const waiting = this.#entries().filter((entry) => entry.card && entry.unclaimed);
    document.body.classList.toggle("waiting", waiting.length > 0);
    document.title = waiting.length ? this.#count(waiting) : this.#title;
    if (this.#bell.isDue && waiting.some((entry) => !entry.silent)) this.#sound();
  }

  #count(waiting) {
    const times = waiting.map((entry) => Date.parse(entry.since)).filter((time) => !Number.isNaN(time));
    const oldest = times.length ? Math.min(...times) : Date.now() + this.#ahead;
    const minutes = Math.max(0, Math.floor((Date.now() + this.#ahead - oldest) / 60000));
    return this.#words["web-title-waiting"].replace("{count}", waiting.length).replace("{minutes}", minutes);
  }

  #switch(on) {
    this.#on = on;
    this.#button.setAttribute("aria-pressed", on);
    this.#button.textContent = this.#words[on ? "web-sound-is-on" : "web-sound-on"];
    if (!on) return;
    this.#bell.wake();
    this.#bell.hurry();
    this.tick();
  }

  #sound() {
    if (this.#on) this.#bell.ring();
  }
}
