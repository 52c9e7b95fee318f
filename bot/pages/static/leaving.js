// Quick exit: for whoever must not be seen here. The screen is empty at once, whatever the network does; then the
// tab shows an ordinary page instead of ours, and the way back does not lead here.

const NEUTRAL = "https://vi.wikipedia.org/"; // learns nothing of us: no referrer is sent
const TWICE_WITHIN = 1000;

export function leaveQuickly({ store, wire, voice }) {
  voice.end({ send: false }); // the browser shows that a microphone is on
  wire.end();
  if (!store.remembers) store.wipe();
  document.body.replaceChildren();
  document.title = "…";
  for (const icon of document.querySelectorAll("link[rel=icon]")) icon.remove();
  location.replace(self === top ? NEUTRAL : "about:blank"); // the demonstration's frame may show nothing foreign
}

// Escape pressed twice calls `leave`; an Escape that ends the writing of a letter does not count.
export function onEscapeTwice(leave) {
  let before = -Infinity;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.repeat) return;
    if (event.timeStamp - before < TWICE_WITHIN) leave();
    before = event.timeStamp;
  });
}
