// Keeps a job's page at the state of its job, and shows what came of it. Without this script the page says to load it again.
const job = document.getElementById("job");
const bar = document.getElementById("job-bar");
const lost = document.getElementById("job-lost");
const EVERY = 1000;
// While the server does not answer it is asked less often.
const PATIENCE = 5000;

async function ask() {
  const answer = await fetch(job.dataset.state, { headers: { Accept: "application/json" } });
  if (answer.redirected || answer.status === 403) {
    location.reload(); // the sign-in has expired
    return null;
  }
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

function show(state) {
  document.getElementById("job-words").textContent = state.state;
  document.getElementById("job-state").textContent = state.heading;
  if (state.doing) document.getElementById("job-doing").textContent = state.doing;
  document.getElementById("job-count").textContent = state.total ? `${state.done} of ${state.total}` : "";
  if (state.percent === null) bar.removeAttribute("value");
  else bar.value = state.percent;
}

async function follow() {
  try {
    const state = await ask();
    if (!state) return;
    lost.hidden = true;
    if (state.ended) {
      location.reload();
      return;
    }
    show(state);
    setTimeout(follow, EVERY);
  } catch {
    lost.hidden = false;
    setTimeout(follow, PATIENCE);
  }
}

setTimeout(follow, EVERY);
