// The stream of what the server tells this page, and the moment at which it tells nothing any more.

const SILENT_FOR = 10000; // the server says something every three seconds
const AGAIN_AFTER = 3000;
// Of the six connections that a browser opens to one host: so many pages listen while nobody looks at them. One that is
// looked at always does, and the last connection is for what pages load.
const SLOTS = 4;

export function follow({ pulse, said, lost, ended, token }) {
  let stream = null;
  let heardAt = performance.now();
  let over = false;
  let keeps = !navigator.locks; // whether this page listens also while nobody looks at it

  function listen() {
    const wanted = !over && (keeps || document.visibilityState === "visible");
    if (wanted && !stream) open();
    if (!wanted) close();
  }

  function open() {
    heardAt = performance.now();
    stream = new EventSource("/live");
    stream.addEventListener("message", (event) => hear(JSON.parse(event.data)));
    stream.addEventListener("error", () => {
      if (over) return;
      lost();
      if (stream?.readyState !== EventSource.CLOSED) return;
      // The browser gives up where the answer was no stream (a restart behind a proxy); we do not.
      close();
      setTimeout(listen, AGAIN_AFTER);
    });
  }

  function close() {
    stream?.close();
    stream = null;
  }

  function hear(told) {
    heardAt = performance.now();
    if (told.kind === "pulse") pulse(told);
    if (told.kind === "said") shown(said(told));
    if (told.kind === "ended") {
      over = true;
      close();
      ended();
    }
  }

  function shown(id) {
    fetch("/shown", { method: "POST", body: new URLSearchParams({ token, ids: id }) }).catch(() => {});
  }

  // A slot is held until the page goes; who finds none tries again when it is left for another page.
  async function keep() {
    for (let slot = 0; slot < SLOTS && !keeps; slot += 1) {
      await new Promise((tried) => {
        navigator.locks.request(`console-live-${slot}`, { ifAvailable: true }, (lock) => {
          keeps ||= Boolean(lock);
          tried();
          return lock ? new Promise(() => {}) : null;
        });
      });
    }
    listen();
  }

  // A line that fell silent without an end (a sleeping computer, a router that forgot us) would stay so for minutes.
  setInterval(() => {
    if (!stream || performance.now() - heardAt <= SILENT_FOR) return;
    lost();
    close();
    listen();
  }, 1000);
  addEventListener("pagehide", close);
  addEventListener("pageshow", listen);
  document.addEventListener("visibilitychange", keep);
  keep();
}
