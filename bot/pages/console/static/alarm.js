// A sound until everything is claimed, and a flash of the bar for those who do not hear it.

const SOUND_EVERY = 20000;
const KEPT = "console-sound";

export class Alarm {
  #button;
  #words;
  #audio = null;
  #on = localStorage.getItem(KEPT) === "on";
  #soundedAt = -Infinity;
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
    if (count > this.#count) this.#soundedAt = -Infinity;
    this.#count = count;
    const due = performance.now() - this.#soundedAt >= SOUND_EVERY;
    if (count > 0 && !silent && due) this.#sound();
  }

  once({ silent }) {
    if (!silent) this.#sound();
  }

  get #sounds() {
    return this.#on && this.#audio?.state === "running";
  }

  #press() {
    if (this.#on && !this.#sounds) return void this.#wake();
    this.#on = !this.#on;
    localStorage.setItem(KEPT, this.#on ? "on" : "off");
    this.#soundedAt = -Infinity;
    this.#wake();
  }

  #wake() {
    if (this.#on && !this.#audio) {
      this.#audio = new AudioContext();
      this.#audio.addEventListener("statechange", () => this.#show());
    }
    if (this.#on && this.#audio.state !== "running") this.#audio.resume().catch(() => {});
    this.#show();
  }

  #show() {
    const blocked = this.#on && !this.#sounds;
    this.#button.setAttribute("aria-pressed", this.#on);
    this.#button.classList.toggle("blocked", blocked);
    this.#button.textContent = this.#words[blocked ? "soundBlocked" : this.#on ? "soundOn" : "soundOff"];
  }

  #sound() {
    this.#soundedAt = performance.now();
    document.body.classList.remove("sounding");
    requestAnimationFrame(() => document.body.classList.add("sounding"));
    if (!this.#sounds) return;
    document.body.dataset.sounded = Number(document.body.dataset.sounded ?? 0) + 1;
    [660, 880].forEach((pitch, index) => {
      const tone = this.#audio.createOscillator();
      const volume = this.#audio.createGain();
      const begin = this.#audio.currentTime + index * 0.22;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, begin);
      volume.gain.exponentialRampToValueAtTime(0.4, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.2);
      tone.connect(volume).connect(this.#audio.destination);
      tone.start(begin);
      tone.stop(begin + 0.21);
    });
  }
}
