// Keeps the figures of a page as they are now. Without this script the page has those of the moment it was loaded.
//
//   <div data-live-source="ADDRESS" data-live-every="5">: the address answers with HTML; each of its elements that has an
//   id and data-live takes the place of the page's own. data-live-every is in seconds, 0 for never again; an element of
//   the answer may say another. data-live="hidden" takes over only whether it is hidden. An element with data-live-key
//   is taken over only when its key is another; what is inside it then has parts of its own.
//
// A tab that nobody sees asks for nothing. Without a connection it asks ever less often, and says once of when the
// figures are. Figures change without a word to screen readers; only the connection's coming and going is said.

const LONGEST = 60;
const PATIENCE = 20_000;
const said = document.getElementById("live-status");
const due = new WeakMap();
let failures = 0;

const seconds = () => performance.now() / 1000;
const asOf = () => document.getElementById("live-at")?.textContent.trim() ?? "";

function say(words, link) {
  if (said.dataset.words === words) return;
  said.dataset.words = words;
  said.replaceChildren(words);
  if (!link) return;
  const signIn = document.createElement("a");
  signIn.href = link;
  signIn.textContent = "Sign in again";
  said.append(" ", signIn);
}

function take(fresh, here) {
  here.hidden = fresh.hidden;
  if (here.dataset.live === "hidden") return;
  if ("liveKey" in fresh.dataset) {
    if (fresh.dataset.liveKey === here.dataset.liveKey) return;
    here.dataset.liveKey = fresh.dataset.liveKey;
  }
  // Whoever stands on a link in it keeps it until they move on.
  if (here.contains(document.activeElement) || here.innerHTML === fresh.innerHTML) return;
  here.replaceChildren(...fresh.cloneNode(true).childNodes);
}

function takeOver(source, html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  for (const fresh of answer.content.querySelectorAll("[data-live][id]")) {
    const here = document.getElementById(fresh.id);
    if (here) take(fresh, here);
  }
  const every = answer.content.querySelector("[data-live-every]");
  if (every) source.dataset.liveEvery = every.dataset.liveEvery;
}

// Resolves to whether the figures are new; an answer that cannot be used is a lost connection.
async function ask(source) {
  const answer = await fetch(source.dataset.liveSource, {
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.type === "opaqueredirect" || answer.status === 403) {
    say(`You are signed out. The figures are of ${asOf()}.`, `/admin/login/?next=${encodeURIComponent(location.pathname)}`);
    return false;
  }
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  takeOver(source, await answer.text());
  return true;
}

// One source after another, so that a list of many studies does not ask for all of them at once.
async function round() {
  for (const source of document.querySelectorAll("[data-live-source]")) {
    const every = Number(source.dataset.liveEvery);
    if (!every || document.hidden) continue;
    if (!due.has(source)) due.set(source, seconds() + Number(source.dataset.liveFirst ?? every));
    if (due.get(source) > seconds()) continue;
    let wait = LONGEST;
    try {
      if (await ask(source)) {
        failures = 0;
        wait = Number(source.dataset.liveEvery);
        say("");
      }
    } catch (lost) {
      failures += 1;
      wait = Math.min(LONGEST, every * 2 ** (failures - 1));
      say(`No connection. The figures are of ${asOf()}; they go on by themselves once it is back.`);
    }
    due.set(source, seconds() + wait);
    if (failures) break;
  }
  setTimeout(round, 500);
}

function now() {
  for (const source of document.querySelectorAll("[data-live-source]")) due.set(source, 0);
}

for (const words of document.querySelectorAll("[data-live-on]")) words.hidden = false;
for (const words of document.querySelectorAll("[data-live-off]")) words.hidden = true;
document.addEventListener("visibilitychange", now);
addEventListener("online", now);
round();
