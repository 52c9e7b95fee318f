// A sound until everything is claimed, and a flash of the bar for those who do not hear it.

import { Bell } from "./shared/bell.js";

const KEPT = "console-sound";

export class Alarm {
  #button;
  #words;
  #bell = new Bell();
  #on = localStorage.getItem(KEPT) === "on";
  #count = 0;

  constructor(button, words) {
    this.#button = button;
    this.#words = words;
    button.addEventListener("click", () => this.#press());
    // A browser lets a page sound only after somebody touched it; the next touch is enough.
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.#wake(), { capture: true });
    if (this.#on) this.#wake();
    this.#show();
  }

  // How the queue stands: more than before sounds at once, the same again and again.
  tell({ count, silent }) {
    if (count > this.#count) this.#bell.hurry();
    this.#count = count;
    if (count > 0 && !silent && this.#bell.isDue) this.#bell.ring({ aloud: this.#sounds });
  }

  once({ silent }) {
    if (!silent) this.#bell.ring({ aloud: this.#sounds });
  }

  get #sounds() {
    return this.#on && this.#bell.isAwake;
  }

  #press() {
    if (this.#on && !this.#sounds) return void this.#wake();
    this.#on = !this.#on;
    localStorage.setItem(KEPT, this.#on ? "on" : "off");
    this.#bell.hurry();
    this.#wake();
  }

  #wake() {
    if (this.#on) this.#bell.wake(() => this.#show());
    this.#show();
  }

  #show() {
    const blocked = this.#on && !this.#sounds;
    this.#button.setAttribute("aria-pressed", this.#on);
    this.#button.classList.toggle("blocked", blocked);
    this.#button.textContent = this.#words[blocked ? "soundBlocked" : this.#on ? "soundOn" : "soundOff"];
  }
}
