// What makes the officer's page a thing one can leave open: it counts, it sounds, it shows when it cannot know.

const SOUND_EVERY = 20000;

export class Duty {
  #words;
  #entries;
  #button;
  #title = document.title;
  #audio = null;
  #on = false;
  #soundedAt = -Infinity;
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
    if (entry.unclaimed && !entry.silent) this.#soundedAt = -Infinity;
    else if (!entry.silent && !entry.edited && !document.hasFocus()) this.#sound();
    this.tick();
  }

  tick() {
    const waiting = this.#entries().filter((entry) => entry.card && entry.unclaimed);
    document.body.classList.toggle("waiting", waiting.length > 0);
    document.title = waiting.length ? this.#count(waiting) : this.#title;
    const due = performance.now() - this.#soundedAt >= SOUND_EVERY;
    if (due && waiting.some((entry) => !entry.silent)) this.#sound();
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
    this.#audio ??= new AudioContext();
    this.#audio.resume();
    this.#soundedAt = -Infinity;
    this.tick();
  }

  // Two tones, and a flash of the bar for those who do not hear them.
  #sound() {
    if (!this.#on) return;
    this.#soundedAt = performance.now();
    document.body.dataset.sounded = Number(document.body.dataset.sounded ?? 0) + 1;
    document.body.classList.remove("sounding");
    requestAnimationFrame(() => document.body.classList.add("sounding"));
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
