// What makes the console a thing one can leave open: it counts, it sounds, it shows when it cannot know; and its keys.

import { Alarm } from "./alarm.js";
import { Keys } from "./keys.js";
import { follow } from "./live.js";

const TWICE_WITHIN = 5000; // milliseconds; whoever stopped the browser meanwhile may press again then
const KEPT = "console-notices";
const MOST_NOTICES = 50;

const words = document.body.dataset;
const banner = document.getElementById("connection");
const notices = document.getElementById("notices");
const count = document.getElementById("count");
const title = document.title;
const alarm = new Alarm(document.getElementById("sound"), words);
let looking = false;
let sentAt = -Infinity;

function lost(sentence) {
  document.body.classList.toggle("lost", Boolean(sentence));
  banner.hidden = !sentence;
  banner.textContent = sentence;
}

function pulse(state) {
  lost("");
  const waiting = words.waiting.replace("{count}", state.count).replace("{minutes}", state.minutes);
  document.title = state.count ? `${waiting} ${title}` : title;
  document.body.classList.toggle("waiting", state.count > 0);
  count.hidden = state.count === 0;
  count.textContent = state.count;
  alarm.tell(state);
  const list = document.getElementById("list");
  if (list && list.dataset.stamp !== state.stamp) refresh(list);
}

// The list as it is now, without disturbing what is being typed; elsewhere than in the list nothing changes by itself.
// One look at a time; where it fails, the next pulse finds the list old and looks again.
async function refresh(list) {
  if (looking) return;
  looking = true;
  try {
    const answer = await fetch(location.href, { headers: { "X-By-Itself": "1" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const back = keys.place();
    list.replaceWith(page.getElementById("list") ?? list);
    back();
  } catch {
    // the line broke
  } finally {
    looking = false;
  }
}

// The sign-in is over: nothing of a tip stays on the screen but what the officer was writing, to be copied.
function ended() {
  lost(words.ended);
  const way = document.createElement("a");
  way.href = "/sign-in";
  way.className = "button";
  way.textContent = words.signIn;
  const unsent = [...document.querySelectorAll("textarea")].filter((field) => field.value.trim());
  for (const field of unsent) field.readOnly = true;
  document.getElementById("main").replaceChildren(way, ...unsent);
  notices.replaceChildren();
  keepNotices();
  document.title = title;
  alarm.tell({ count: 0 });
}

// Whoever presses twice means once: the browser would drop the first answer, and with it what it shows.
function onlyOnce(event) {
  if (event.target.method !== "post") return;
  if (event.timeStamp - sentAt < TWICE_WITHIN) event.preventDefault();
  else sentAt = event.timeStamp;
}


function notice(text) {
  if (notices.lastElementChild?.firstChild.textContent === text) return;
  const node = document.createElement("div");
  const close = document.createElement("button");
  node.className = "notice";
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", document.querySelector("#keys button").textContent);
  close.addEventListener("click", () => {
    node.remove();
    keepNotices();
  });
  const said = document.createElement("span");
  said.textContent = text;
  node.append(said, close);
  notices.append(node);
  if (notices.children.length > MOST_NOTICES) notices.firstElementChild.remove();
  keepNotices();
}

// What was said to the officer stays until they close it, from page to page of this sign-in, and nowhere but in its tab.
function keepNotices() {
  const texts = [...notices.children].map((node) => node.firstChild.textContent);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ token: words.token, texts }));
  } catch {
    // the browser keeps nothing for us
  }
}

function keptNotices() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return kept?.token === words.token ? kept.texts : [];
  } catch {
    return [];
  }
}

document.body.classList.add("js");
addEventListener("submit", onlyOnce);
addEventListener("pageshow", () => (sentAt = -Infinity));
document.querySelector(".out").addEventListener("submit", () => sessionStorage.removeItem(KEPT));
keptNotices().forEach(notice);
const keys = new Keys(document.getElementById("keys"));
document.getElementById("help").addEventListener("click", () => keys.help());
follow({
  pulse,
  said(line) {
    if (!line.card && line.text) {
      notice(line.text);
      alarm.once(line);
    }
    return line.id;
  },
  lost: () => lost(words.lost),
  ended,
  token: words.token,
});
