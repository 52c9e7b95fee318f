// The stream of what the server tells this page, and the moment at which it tells nothing any more.

const SILENT_FOR = 10000; // the server says something every three seconds

export function follow({ pulse, said, lost, ended, token }) {
  const stream = new EventSource("/live");
  let heardAt = performance.now();
  let over = false;
  const watch = setInterval(() => {
    if (!over && performance.now() - heardAt > SILENT_FOR) lost();
  }, 1000);
  stream.addEventListener("message", (event) => {
    heardAt = performance.now();
    const told = JSON.parse(event.data);
    if (told.kind === "pulse") pulse(told);
    if (told.kind === "said") shown(said(told));
    if (told.kind === "ended") {
      over = true;
      clearInterval(watch);
      stream.close();
      ended();
    }
  });
  stream.addEventListener("error", () => {
    if (over) return;
    lost();
    if (stream.readyState === EventSource.CLOSED) setTimeout(again, 3000);
  });
  addEventListener("pagehide", () => stream.close());

  // The browser gives up where the answer was no stream (a restart behind a proxy); we do not.
  function again() {
    clearInterval(watch);
    follow({ pulse, said, lost, ended, token });
  }

  function shown(id) {
    fetch("/shown", { method: "POST", body: new URLSearchParams({ token, ids: id }) }).catch(() => {});
  }
}
