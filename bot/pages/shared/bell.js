// Two tones, and a flash of the bar for those who do not hear them; again and again until it is seen to.

const AGAIN_AFTER = 20000;

export class Bell {
  #audio = null;
  #rangAt = -Infinity;

  get isDue() {
    return performance.now() - this.#rangAt >= AGAIN_AFTER;
  }

  // Whether a ring would be heard: a browser lets a page sound only after somebody touched it.
  get isAwake() {
    return this.#audio?.state === "running";
  }

  // Again at every touch, as one of them is enough; `changed` is told when the browser lets the page sound, or stops it.
  wake(changed = () => {}) {
    if (!this.#audio) {
      this.#audio = new AudioContext();
      this.#audio.addEventListener("statechange", changed);
    }
    if (!this.isAwake) this.#audio.resume().catch(() => {});
  }

  // The next ring need not wait for the last one.
  hurry() {
    this.#rangAt = -Infinity;
  }

  ring({ aloud = true } = {}) {
    this.#rangAt = performance.now();
    document.body.classList.remove("sounding");
    requestAnimationFrame(() => document.body.classList.add("sounding"));
    if (!aloud) return;
    document.body.dataset.sounded = Number(document.body.dataset.sounded ?? 0) + 1;
    [660, 880].forEach((pitch, index) => this.#tone(pitch, this.#audio.currentTime + index * 0.22));
  }

  #tone(pitch, begin) {
    const tone = this.#audio.createOscillator();
    const volume = this.#audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, begin);
    volume.gain.exponentialRampToValueAtTime(0.4, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.2);
    tone.connect(volume).connect(this.#audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.21);
  }
}
