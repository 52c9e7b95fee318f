// The chat page, for residents and for officers: ties the line, the transcript and the controls together.

import { Duty } from "./duty.js";
import { leaveQuickly, onEscapeTwice } from "./leaving.js";
import { fitting } from "./photo.js";
import { Reading } from "./reading.js";
import { Store } from "./store.js";
import { blobOf, Transcript } from "./transcript.js";
import { canRecord, Voice } from "./voice.js";
import { Wire } from "./wire.js";

const DAY = 24 * 60 * 60 * 1000;
const CLOSED_FOR = 3 * DAY; // an officer's page that was closed that long, over a weekend, asks for an invite again
const WARNED_DAYS = 3;

const role = document.body.dataset.role;
const officer = role === "officer";
const words = JSON.parse(document.body.dataset.words);
const fileLimit = Number(document.body.dataset.fileLimit);
const language = document.documentElement.lang;
const known = new Map(); // also where the screen was emptied
const at = (id) => known.get(id) ?? known.set(id, document.getElementById(id)).get(id);
const store = new Store(role);
let ended = officer && hasLapsed(); // an officer's session that was open here before

// What an answer's status means for the message it answers.
const SENTENCES = {
  408: "web-too-slow",
  410: "web-file-lost",
  413: "web-too-big",
  415: "web-photo-unreadable",
};

const transcript = new Transcript(at("log"), words, {
  store,
  officer,
  on: { press, pin: sendPin, note: (entry) => setNoting(entry) },
  reading: new Reading(at("log"), at("newer")),
});
const duty = officer ? new Duty(words, { entries: () => transcript.entries, button: at("sound") }) : null;
const wire = new Wire(store, {
  role,
  beat: officer ? 2 : 15,
  grace: officer ? 5000 : 2500,
  on: { ready, line, state, sent, unknown: officer ? unknown : undefined },
});
const voice = officer ? null : new Voice({ state: recording, time: recordedFor, done: sendVoice, refused: noVoice });
let noting = null;
let asksForQueue = false; // a page that is known but shows nothing begins with the queue
let invitation = null; // the code this page was opened with, should the server not know us
let toastUntil = 0;

// --- from the server ---------------------------------------------------------------------------------------------

function ready(now, ends) {
  duty?.setClock(now);
  invitation = null; // it has been used, or was not needed
  if (officer && !ended) showEnd(Date.parse(ends) - Date.parse(now));
  if (asksForQueue) say({ kind: "text", words: "/hangcho" });
  asksForQueue = false;
  duty?.tick();
  if (!officer) startResident();
}

function line(event) {
  if (event.kind === "toast") {
    toast(event.text);
    return;
  }
  const entry = {
    id: event.of,
    by: "us",
    at: Date.now(),
    text: event.text,
    buttons: event.buttons ?? [],
    pin: event.wants_pin ? event.pin_label || words["web-pin"] : "",
    card: event.card ?? false,
    anchored: event.anchored ?? false,
    unclaimed: event.unclaimed ?? false,
    since: event.since ?? "",
    silent: event.silent,
    photo: event.kind === "picture",
    what: event.kind === "file" ? event.what : "",
    name: event.name ?? "",
    edited: event.kind === "edit",
  };
  const file = event.picture ?? event.file;
  transcript.show(entry, file ? blobOf(file) : null);
  duty?.heard(entry);
}

function state(now) {
  if (ended) return; // which says it all
  const sentence = { lost: officer ? "web-lost" : "web-offline", busy: "web-busy" }[now];
  document.body.classList.toggle("lost", now === "lost");
  const shown = at("connection");
  if (!sentence && !shown.hidden) toast(words["web-back"]);
  shown.hidden = !sentence;
  shown.textContent = sentence ? words[sentence] : "";
  for (const said of wire.waiting) if (sentence) transcript.mark(said.id, "waiting");
}

function isOff() {
  return !at("connection").hidden;
}

// status 0: not yet, it waits.
function sent(said, status) {
  if (status === 0) transcript.mark(said.id, "waiting");
  else transcript.mark(said.id, status < 300 ? "" : SENTENCES[status] ?? "web-not-sent");
}

function toast(text) {
  at("toast").textContent = text;
  toastUntil = performance.now() + 5000;
}

// --- from the person ---------------------------------------------------------------------------------------------

function say(said, shown) {
  const id = randomId();
  const state = isOff() ? "waiting" : said.file ? "sending" : "";
  if (shown) transcript.show({ id, by: "me", at: Date.now(), state, ...shown }, said.file);
  wire.say({ id, language, ...said });
}

// Pages on plain http beyond this machine have no randomUUID.
function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function press(entry, button) {
  say({ kind: "press", handle: button.handle, reply_to: entry.id }, { text: button.label });
}

function sayWords() {
  const field = at("words");
  const text = field.value;
  if (!text.trim()) return;
  say({ kind: "text", words: text, ...(noting ? { reply_to: noting.id } : {}) }, { text });
  field.value = "";
  store.drop("unsaid");
  setNoting(null);
  grow();
  field.focus();
}

async function sendPhotos() {
  const files = [...at("photos").files];
  at("photos").value = "";
  const album = files.length > 1 ? randomId() : "";
  at("words").focus();
  for (const file of files) {
    if (file.type.startsWith("video/")) {
      sendVideo(file, album);
      continue;
    }
    const fits = await fitting(file, fileLimit);
    if (fits) say({ kind: "photo", file: fits, album }, { photo: true });
    else transcript.show({ id: randomId(), by: "me", at: Date.now(), photo: true, state: "web-too-big" });
  }
}

// A film is taken as it is: a page cannot make it smaller.
function sendVideo(file, album) {
  if (file.size <= fileLimit) say({ kind: "file", what: "video", file, album }, { what: "video" });
  else transcript.show({ id: randomId(), by: "me", at: Date.now(), what: "video", state: "web-too-big" });
}

function recording(on) {
  at("recording").hidden = !on;
  at("compose").hidden = on;
  toast(on ? words["web-voice-on"] : "");
  at(on ? "voice-send" : "voice").focus();
}

function recordedFor(seconds) {
  at("recorded").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function sendVoice(file) {
  say({ kind: "file", what: "voice", file }, { what: "voice" });
}

function noVoice() {
  toast(words["web-voice-refused"]);
}

function sendPin() {
  if (!navigator.geolocation) return toast(words["web-pin-refused"]);
  toast(words["web-pin-searching"]);
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude, longitude } }) => {
      toast("");
      say({ kind: "pin", latitude, longitude }, { text: words["web-pin-said"] });
    },
    () => toast(words["web-pin-refused"]),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
  );
}

function setNoting(entry) {
  noting = entry;
  at("noting").hidden = !entry;
  if (!entry) return;
  const [first] = entry.text.split("\n");
  at("noting").querySelector("span").textContent = `${words["web-note-for"]} ${first}`;
  at("words").focus();
}

function grow() {
  const field = at("words");
  field.rows = Math.min(5, Math.max(1, field.value.split("\n").length));
}

// --- beginning ---------------------------------------------------------------------------------------------------

function startResident() {
  const ward = new URLSearchParams(location.search).get("w") ?? "";
  const argument = /^[0-9A-Za-z]{1,16}$/.test(ward) ? `w_${ward}` : "";
  const started = store.get("started");
  if (started !== null && (!argument || started === argument)) return;
  store.put("started", argument);
  say({ kind: "start", words: argument });
}

function startOfficer() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const code = asked.get("invite");
  const started = store.get("started") !== null;
  if (code !== null) history.replaceState(null, "", location.pathname + location.search);
  invitation = code;
  if (code && !(started && asked.has("once"))) return enter(code);
  if (!started) return showInvite();
  openChat();
  asksForQueue = transcript.entries.length === 0;
}

// The server does not know this page (any more): another key, or a database begun anew.
function unknown() {
  const code = new URLSearchParams(location.hash.slice(1)).get("invite") ?? invitation;
  ended = store.get("started") !== null;
  store.drop("started");
  transcript.empty();
  invitation = null;
  if (code) enter(code);
  else showInvite();
}

function leave() {
  store.wipe();
  location.reload();
}

// The session's last days are said aloud, so that it does not end while nobody looks.
function showEnd(left) {
  const days = Math.max(0, Math.floor(left / DAY));
  at("ends").textContent = words["web-session-days"].replace("{count}", days);
  if (days < WARNED_DAYS) toast(at("ends").textContent);
}

function hasLapsed() {
  if (store.get("started") === null || Date.now() - store.get("open-at", Date.now()) <= CLOSED_FOR) return false;
  store.drop("token");
  store.drop("started");
  return true;
}

function showInvite() {
  document.body.classList.toggle("lost", ended);
  if (ended) {
    document.title = words["web-session-ended"];
    at("connection").hidden = false;
    at("connection").textContent = words["web-session-ended"];
  }
  at("composer").hidden = true;
  at("invite").hidden = false;
  at("code").focus();
}

function enter(written) {
  const code = written.trim().replace(/^.*invite=/, "").replace(/^o_/, "");
  const odd = !/^[0-9A-Za-z_-]{4,62}$/.test(code);
  at("code-odd").hidden = !odd;
  if (odd) return showInvite();
  at("code").value = "";
  ended = false;
  at("connection").hidden = true;
  state(wire.state);
  store.put("started", true);
  openChat();
  say({ kind: "start", words: `o_${code}` });
}

function openChat() {
  at("invite").hidden = true;
  at("composer").hidden = false;
  if (officer) store.put("open-at", Date.now());
  wire.begin();
}

function listenToControls() {
  at("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    sayWords();
  });
  at("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sayWords();
  });
  at("words").addEventListener("input", () => {
    store.put("unsaid", at("words").value);
    grow();
  });
  at("photo").addEventListener("click", () => at("photos").click());
  at("photos").addEventListener("change", sendPhotos);
  at("pin")?.addEventListener("click", sendPin);
  if (!officer) listenToResident();
  at("noting").querySelector("button").addEventListener("click", () => setNoting(null));
  at("language").addEventListener("click", changeLanguage);
  at("other-invite")?.addEventListener("click", () => {
    at("menu").open = false;
    showInvite();
  });
  at("leave")?.addEventListener("click", leave);
  at("invite").addEventListener("submit", (event) => {
    event.preventDefault();
    enter(at("code").value);
  });
  const menu = at("menu"); // Quick exit may be the first click, and leaves nothing to be found
  document.addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenu());
}

function closeMenu() {
  if (at("menu").contains(document.activeElement)) at("menu").querySelector("summary").focus();
  at("menu").open = false;
}

function listenToResident() {
  const exit = () => leaveQuickly({ store, wire, voice });
  at("exit").addEventListener("click", exit);
  onEscapeTwice(exit);
  document.body.classList.toggle("records", canRecord());
  at("voice").addEventListener("click", () => voice.begin());
  at("voice-drop").addEventListener("click", () => voice.end({ send: false }));
  at("voice-send").addEventListener("click", () => voice.end({ send: true }));
  at("remember").checked = store.remembers;
  at("remember").addEventListener("change", ({ target }) => {
    if (!store.remember(target.checked)) toast(words["web-remember-not"]);
    target.checked = store.remembers;
    sayWhatIsKept();
  });
  sayWhatIsKept();
}

function sayWhatIsKept() {
  at("kept").textContent = words[store.remembers ? "web-remembered" : "web-forgets"];
}

// The other language keeps what else the address says, and leaves no page behind that the way back would lead to.
function changeLanguage(event) {
  const query = new URLSearchParams(location.search);
  query.set("lang", at("language").hreflang);
  event.preventDefault();
  location.replace(`?${query}`);
}

function tick() {
  wire.tick();
  if (!ended) duty?.tick();
  voice?.tick();
  if (officer && store.get("started") !== null) store.put("open-at", Date.now());
  if (toastUntil && performance.now() > toastUntil) {
    at("toast").textContent = "";
    toastUntil = 0;
  }
}

function begin() {
  at("words").value = store.get("unsaid", "");
  grow();
  listenToControls();
  try {
    new Worker("/static/ticker.js").addEventListener("message", tick);
  } catch {
    setInterval(tick, 1000);
  }
  if (!officer) return openChat();
  addEventListener("hashchange", startOfficer);
  startOfficer();
}

begin();
