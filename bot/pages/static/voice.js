// A voice message, recorded here: the microphone is on only while the bar says so.

const LONGEST = 5 * 60; // seconds; about 1.5 MB
const BITS = 32000; // a second: a voice stays clear, and a minute is 240 kB
const TYPES = ["audio/ogg;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/webm;codecs=opus", "audio/mp4"];

export function canRecord() {
  return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
}

export class Voice {
  #on;
  #recorder = null;
  #starting = false;
  #pieces = [];
  #beganAt = 0;
  #wanted = false;

  // on: state(recording), time(seconds), done(recording as a blob), refused()
  constructor(on) {
    this.#on = on;
  }

  async begin() {
    if (this.#starting || this.#recorder) return;
    this.#starting = true;
    try {
      const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
      this.#recorder = new MediaRecorder(sound, { mimeType, audioBitsPerSecond: BITS });
    } catch {
      this.#on.refused();
      return;
    } finally {
      this.#starting = false;
    }
    this.#pieces = [];
    this.#wanted = true; // what the telephone or another program cuts off is kept as well
    this.#beganAt = performance.now();
    this.#recorder.addEventListener("dataavailable", ({ data }) => data.size && this.#pieces.push(data));
    this.#recorder.addEventListener("stop", () => this.#ended());
    this.#recorder.start(1000);
    this.#on.state(true);
    this.#on.time(0);
  }

  tick() {
    if (this.#recorder?.state !== "recording") return;
    const seconds = Math.floor((performance.now() - this.#beganAt) / 1000);
    this.#on.time(seconds);
    if (seconds >= LONGEST) this.end({ send: true });
  }

  end({ send }) {
    if (!this.#recorder || this.#recorder.state === "inactive") return;
    this.#wanted = send;
    this.#recorder.stop();
  }

  #ended() {
    const recorder = this.#recorder;
    this.#recorder = null;
    for (const track of recorder.stream.getTracks()) track.stop();
    this.#on.state(false);
    const recording = new Blob(this.#pieces, { type: recorder.mimeType.split(";")[0] });
    this.#pieces = [];
    if (this.#wanted && recording.size) this.#on.done(recording);
  }
}
