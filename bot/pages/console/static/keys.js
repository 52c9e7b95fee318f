// The console by keyboard: through the list, into a tip, claim, back, search. Never while somebody writes.

const WRITING = "input, textarea, select, [contenteditable]";

export class Keys {
  #dialog;
  #at = -1;

  constructor(dialog) {
    this.#dialog = dialog;
    addEventListener("keydown", (event) => this.#hear(event));
  }

  // Where one is in the list, and what leads back there once it was drawn anew: to the same tip, the same button of it.
  place() {
    const on = document.activeElement;
    const of = (row) => row?.querySelector(".open").getAttribute("href");
    const [chosen, focused] = [of(this.#row), of(on.closest(".tips > .tip"))];
    const part = on.matches("button") ? ".claim button" : ".open";
    const rows = () => [...document.querySelectorAll(".tips > .tip")];
    return () => {
      this.goTo(rows().findIndex((row) => of(row) === chosen));
      if (!focused) return;
      const row = rows().find((row) => of(row) === focused);
      const there = row?.querySelector(part) ?? row?.querySelector(".open") ?? document.getElementById("main");
      there.focus({ preventScroll: true });
    };
  }

  // The tip of this place in the list, as far as the list goes.
  goTo(index, { focus = false } = {}) {
    const rows = [...document.querySelectorAll(".tips > .tip")];
    this.#at = Math.min(Math.max(index, -1), rows.length - 1);
    rows.forEach((row, place) => row.classList.toggle("at", place === this.#at));
    const row = rows[this.#at];
    if (focus && row) {
      row.querySelector(".open").focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  }

  help() {
    if (this.#dialog.open) this.#dialog.close();
    else this.#dialog.showModal();
  }

  #hear(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const writing = event.target.closest?.(WRITING);
    if (writing) {
      if (event.key === "Escape") writing.blur();
      return;
    }
    if (event.key === "?") return this.#does(event, () => this.help());
    if (this.#dialog.open) return;
    const keys = {
      j: () => this.goTo(this.#at + 1, { focus: true }),
      k: () => this.goTo(Math.max(0, this.#at - 1), { focus: true }),
      c: () => this.#row?.querySelector(".claim")?.requestSubmit() ?? document.getElementById("claim")?.click(),
      u: () => document.getElementById("back")?.click(),
      "/": () => document.getElementById("words")?.focus(),
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key in keys) return this.#does(event, keys[key]);
    // Enter on the focused link opens it by itself; when the list was redrawn, its place is still known.
    if (key === "Enter" && event.target === document.body) this.#does(event, () => this.#row?.querySelector(".open").click());
  }

  get #row() {
    return document.querySelectorAll(".tips > .tip")[this.#at];
  }

  #does(event, act) {
    event.preventDefault();
    act();
  }
}
