// Where the reader looks: new lines come into sight from their beginning, for there stands the number to dial. Whoever
// looks at older ones is left there, and a button leads to what came.

const TOGETHER = 15000; // milliseconds; lines of an answer that come closer than this are read as one
const NEAR = 120; // pixels from the end that still count as the end

export class Reading {
  #page;
  #log;
  #newer;
  #first = null; // the line that is shown from its beginning, until the reader moves or speaks
  #answeredUntil = -Infinity; // what comes before this moment belongs to the answer that begins with the first line
  #leftAt = 0; // where the page was put; elsewhere the reader has moved it
  #follows = true;

  constructor(log, newer) {
    this.#log = log;
    this.#page = log.parentElement;
    this.#newer = newer;
    this.#page.addEventListener("scroll", () => this.#moved());
    newer.addEventListener("click", () => this.#show());
    // A keyboard opens, a picture has loaded: what is being read stays in sight.
    const sizes = new ResizeObserver(() => this.#follows && this.#show());
    for (const box of [this.#page, log]) sizes.observe(box);
  }

  // What was said before the page was loaded: the last line stands from its beginning.
  opened(line) {
    this.#first = line;
    this.#show();
  }

  came(line) {
    const now = performance.now();
    const answers = now < this.#answeredUntil;
    const joins = this.#follows ? answers : !this.#newer.hidden;
    if (!joins || !this.#first?.isConnected) this.#first = line;
    if (answers) this.#answeredUntil = now + TOGETHER;
    if (this.#follows) this.#show();
    else this.#newer.hidden = false;
  }

  spoke() {
    this.#first = null;
    this.#answeredUntil = Infinity;
    this.#show();
  }

  // A line's node was made anew.
  replaced(line, by) {
    if (this.#first === line) this.#first = by;
  }

  #show() {
    const end = this.#page.scrollHeight - this.#page.clientHeight;
    this.#page.scrollTop = this.#first?.isConnected ? Math.min(end, this.#beginningOf(this.#first)) : end;
    this.#leftAt = this.#page.scrollTop;
    this.#follows = true;
    this.#newer.hidden = true;
  }

  #beginningOf(line) {
    return line.getBoundingClientRect().top - this.#page.getBoundingClientRect().top + this.#page.scrollTop - 8;
  }

  #moved() {
    if (Math.abs(this.#page.scrollTop - this.#leftAt) < 2) return;
    this.#follows = this.#page.scrollHeight - this.#page.scrollTop - this.#page.clientHeight < NEAR;
    if (this.#follows) this.#newer.hidden = true;
    if (this.#newer.hidden) this.#first = null;
  }
}
