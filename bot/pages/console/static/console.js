// What makes the console a thing one can leave open: it counts, it sounds, it shows when it cannot know; and its keys.

import { Alarm } from "./alarm.js";
import { Keys } from "./keys.js";
import { follow } from "./live.js";

const words = document.body.dataset;
const banner = document.getElementById("connection");
const count = document.getElementById("count");
const title = document.title;
const alarm = new Alarm(document.getElementById("sound"), words);
let stamp = null;

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
  if (stamp !== null && state.stamp !== stamp) refresh();
  stamp = state.stamp;
}

// The list as it is now, without disturbing what is being typed; elsewhere than in the list nothing changes by itself.
async function refresh() {
  const list = document.getElementById("list");
  if (!list) return;
  const answer = await fetch(location.href, { headers: { "X-By-Itself": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = list.contains(document.activeElement);
  const chosen = keys.chosen;
  list.replaceWith(page.getElementById("list") ?? list);
  keys.choose(chosen, { focus: focused });
}

function notice({ text }) {
  const log = document.getElementById("notices");
  if (log.lastElementChild?.firstChild.textContent === text) return;
  const node = document.createElement("div");
  const close = document.createElement("button");
  node.className = "notice";
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", document.querySelector("#keys button").textContent);
  close.addEventListener("click", () => node.remove());
  const said = document.createElement("span");
  said.textContent = text;
  node.append(said, close);
  log.append(node);
}

document.body.classList.add("js");
const keys = new Keys(document.getElementById("keys"));
document.getElementById("help").addEventListener("click", () => keys.help());
follow({
  pulse,
  said(line) {
    if (!line.card && line.text) {
      notice(line);
      alarm.once(line);
    }
    return line.id;
  },
  lost: () => lost(words.lost),
  ended: () => lost(words.ended),
  token: words.token,
});
