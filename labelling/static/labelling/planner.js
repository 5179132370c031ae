// Keeps the planner in step with the form. The server works everything out; a button does the same without this.
const planner = document.querySelector("[data-planner]");
const form = planner.closest("form");
const part = (name) => planner.querySelector(`[data-planner-${name}]`);
const PAUSE_MS = 300;

let waiting = 0;
let asked = 0;

part("button").hidden = true;

function list(place, sentences) {
  place.replaceChildren(
    ...sentences.map((sentence) => saying("li", sentence)),
  );
  place.hidden = sentences.length === 0;
}

function saying(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

// What somebody has folded open stays open.
function figure({ key, title, value, note }) {
  const whole = document.createElement("details");
  const told = document.createElement("summary");
  whole.dataset.figure = key;
  whole.open = Boolean(planner.querySelector(`[data-figure="${key}"]`)?.open);
  told.append(saying("span", title), " ", saying("strong", value));
  whole.append(told, saying("p", note));
  return whole;
}

function show({ figures, warnings, problems }) {
  list(part("problems"), problems);
  planner.classList.toggle("hb-planner--old", problems.length > 0);
  if (problems.length > 0) {
    part("note").textContent = "These are the figures from before. Something typed cannot be:";
    return;
  }
  list(part("warnings"), warnings);
  part("figures").replaceChildren(...figures.map(figure));
  part("note").textContent = "For what is typed on this page and saved on the others.";
}

async function workOut() {
  const number = (asked += 1);
  const typed = new URLSearchParams({ step: planner.dataset.step });
  for (const [name, value] of new FormData(form)) {
    // Texts are long, and nothing of them is planned with.
    if (typeof value === "string" && value.length <= 40 && name !== "csrfmiddlewaretoken") typed.append(name, value);
  }
  let answer;
  try {
    const reply = await fetch(`${planner.dataset.planner}?${typed}`, { headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(reply.statusText);
    answer = await reply.json();
  } catch {
    part("note").textContent = "The server cannot be reached. What you typed is still here.";
    return;
  }
  // An older answer that comes late is no longer of interest.
  if (number === asked) show(answer);
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(workOut, PAUSE_MS);
});
