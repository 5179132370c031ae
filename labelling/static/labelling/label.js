"use strict";

/* The labelling page without page loads. Where this script does not run, the form on the page does the same
   work, one page an image. */

(() => {
  const page = document.getElementById("label");
  const form = document.getElementById("answer");
  const frame = document.getElementById("frame");
  const line = document.getElementById("line");
  const buttons = [...form.querySelectorAll(".choice")];
  const progress = document.getElementById("progress");
  const labelled = document.getElementById("labelled");
  const keys = document.querySelector("#keys input");
  const goal = document.getElementById("goal");
  const token = form.elements.csrfmiddlewaretoken.value;

  const PRESS = 180; // how long a chosen button shows it, in ms
  const TOO_SOON = 120; // nobody sees, decides and presses faster: a bounce or the second half of a double tap
  const QUIET = 1000; // saving is mentioned only when it takes longer than this
  const RELOADED = "human-baseline/reloaded";
  const KEYS_OFF = "human-baseline/keys-off";

  const stopwatch = new Stopwatch();
  let current = null;
  let leaving = ""; // "done" or "paused" once there is nothing more here
  let gone = false;
  let leaseFailing = false;
  let slow = null;

  const outbox = new Outbox({
    url: form.action,
    token,
    store: page.dataset.store,
    changed: outboxChanged,
    refused: (reason) => {
      // Another tab answered that image: it was counted there.
      if (reason === "already_labelled" || reason === "conflict") count(-1);
    },
  });
  const stock = new Stock({
    url: page.dataset.lease,
    token,
    outbox,
    picture: frame.querySelector("img"),
    arrived: () => current ?? showNext(),
    ended: end,
    failing: (yes) => {
      leaseFailing = yes;
      tell();
    },
  });

  function count(step) {
    const value = Math.max(Number(labelled.textContent) + step, 0);
    labelled.textContent = value;
    goal.textContent = Math.max(value, Number(goal.textContent));
    progress.max = goal.textContent;
    progress.value = value;
  }

  function show(picture) {
    current = picture;
    if (frame.firstElementChild !== picture.element) frame.replaceChildren(picture.element);
    form.elements.assignment.value = picture.assignment;
    frame.removeAttribute("aria-busy");
    stopwatch.startAfterPaint();
  }

  function showNext() {
    const picture = stock.take();
    if (picture) show(picture);
    else {
      current = null;
      frame.setAttribute("aria-busy", "true");
      stopwatch.stop();
    }
  }

  function answer(button) {
    const elapsed = stopwatch.elapsed;
    if (!current || elapsed === null || elapsed < TOO_SOON) return;
    press(button);
    const { assignment } = current;
    count(1);
    // The next image first: what is sent may wait, the person does not.
    showNext();
    outbox.add({ assignment, category: Number(button.value), response_ms: Math.round(elapsed) });
    stock.fill();
    tell();
  }

  function press(button) {
    button.classList.add("choice--chosen");
    setTimeout(() => button.classList.remove("choice--chosen"), PRESS);
  }

  function outboxChanged() {
    if (outbox.size === 0) passing.remove(RELOADED);
    if (outbox.stuck === "csrf") freshen();
    tell();
    stock.fill();
    if (leaving) leave();
  }

  /* The form's mark has changed under us, for instance by signing in: a fresh page has the new one. Once. */
  function freshen() {
    if (passing.get(RELOADED)) return;
    passing.set(RELOADED, "yes");
    location.reload();
  }

  /* One quiet line: nothing when all is well. */
  function tell() {
    clearTimeout(slow);
    const waiting = `${outbox.size} answer${outbox.size === 1 ? "" : "s"}`;
    if (outbox.stuck) {
      line.textContent = `This page cannot save any more: please reload it. ${waiting} kept in this browser.`;
    } else if (outbox.failing) {
      line.textContent = `No connection. ${waiting} kept in this browser until it is back.`;
    } else if (leaseFailing && !current) {
      line.textContent = "No connection. The next picture comes when it is back.";
    } else if (outbox.size > 0) {
      slow = setTimeout(() => {
        line.textContent = "Saving…";
      }, QUIET);
      if (line.textContent.startsWith("No connection")) line.textContent = "Saving…";
    } else {
      line.textContent = "";
    }
  }

  /* Nothing more for this annotator: go, once the server has every answer and the last image is done. */
  function end(reason) {
    if (reason === "csrf") freshen();
    leaving = reason === "paused" ? "paused" : "done";
    leave();
  }

  function leave() {
    if (current || outbox.size > 0 || gone) return;
    gone = true;
    if (leaving === "paused") location.assign(form.action);
    else document.getElementById("finish").submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter) answer(event.submitter);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.repeat) {
      // A key held down is one answer, also on a button that has the focus.
      if (form.contains(event.target)) event.preventDefault();
      return;
    }
    // A digit by where it lies: some layouts type it only with Shift.
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    const key = digit ? digit[1] : event.key.toLowerCase();
    const button = buttons.find((candidate) => candidate.dataset.key === key);
    if (!button || !keys.checked) return;
    event.preventDefault();
    answer(button);
  });

  // Somebody who dictates, or whose hand rests on the keyboard, can switch the keys off; the browser remembers.
  function keysChanged() {
    page.classList.toggle("keys-off", !keys.checked);
    if (keys.checked) lasting.remove(KEYS_OFF);
    else lasting.set(KEYS_OFF, "yes");
  }
  keys.addEventListener("change", keysChanged);
  keys.checked = !lasting.get(KEYS_OFF);
  keysChanged();
  document.getElementById("keys").hidden = false;

  // The browser may bring the page back as it was; the server knows better what comes next.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // The page came with the first image that the server has no answer to. Answers go out in order: where that
  // image is among those on their way, so are all after it; where it is not, the server has them all.
  const first = { assignment: form.elements.assignment.value, element: frame.querySelector("img") };
  for (const assignment of [first.assignment, ...outbox.assignments]) stock.note(assignment);
  if (outbox.has(first.assignment)) {
    count(outbox.size - outbox.assignments.indexOf(first.assignment));
    showNext();
  } else {
    const begin = () => show(first);
    first.element.decode().then(begin, begin);
  }
  outbox.send();
  stock.fill();
})();
