"use strict";

/* The labelling page without page loads. Where this script does not run, the form on the page does the same
   work, one page an image. */

(() => {
  const part = (id) => document.getElementById(id);
  const [page, form, frame, line] = ["label", "answer", "frame", "line"].map(part);
  const [progress, labelled, goal] = ["progress", "labelled", "goal"].map(part); // without a quota no goal
  const [undo, rest] = ["undo", "rest"].map(part);
  const buttons = [...form.querySelectorAll(".choice")];
  const keys = document.querySelector("#keys input");
  const token = form.elements.csrfmiddlewaretoken.value;
  const breakEvery = Number(page.dataset.breakEvery ?? 0);

  const PRESS = 180; // how long a chosen button shows it, in ms
  const TOO_SOON = 120; // nobody sees, decides and presses faster: a bounce or the second half of a double tap
  const QUIET = 1000; // saving is mentioned only when it takes longer than this
  const EMPTY = 400; // so is an empty frame
  const RELOADED = "human-baseline/reloaded";
  const KEYS_OFF = "human-baseline/keys-off";

  const stopwatch = new Stopwatch();
  let current = null;
  let answered = null; // the picture that was answered last
  let restedAt = 0;
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
    picture: copyOf("picture"),
    instruction,
    given: (held) => {
      // Answered while the page that showed it was on its way here, or elsewhere: the server has the next one.
      if (current === first && !held.includes(first.assignment)) freshen();
    },
    arrived: () => current || rest.open || showNext(),
    ended: end,
    failing: (yes) => {
      leaseFailing = yes;
      tell();
    },
  });
  const zoom = new Zoom({
    button: part("enlarge"),
    frame,
    dialog: part("zoom"),
    view: part("zoom-view"),
    size: part("zoom-size"),
    smaller: part("zoom-out"),
    larger: part("zoom-in"),
  });

  /* What the page keeps to be copied is in no document yet: a copy belongs to this one. */
  function copyOf(template) {
    return document.importNode(part(template).content.firstElementChild, true);
  }

  /* An attention check: words in the place of an image, with the button's own name and key. */
  function instruction({ category }) {
    const element = copyOf("instruction");
    const button = buttons.find((candidate) => candidate.value === String(category));
    const [words, key] = element.children;
    words.textContent = words.textContent.replace("{name}", button.querySelector("span").textContent);
    key.textContent = button.dataset.key ?? "";
    return element;
  }

  function count(step) {
    const value = Math.max(Number(labelled.textContent) + step, 0);
    labelled.textContent = value;
    if (!goal) return;
    goal.textContent = Math.max(value, Number(goal.textContent));
    progress.max = goal.textContent;
    progress.value = value;
  }

  function show(picture) {
    current = picture;
    if (frame.firstElementChild !== picture.element) frame.replaceChildren(picture.element);
    form.elements.assignment.value = picture.assignment;
    frame.removeAttribute("aria-busy");
    zoom.consider(picture.element);
    stopwatch.startAfterPaint();
    tell();
  }

  function showNext() {
    const picture = stock.take();
    if (picture) show(picture);
    else showNothing();
  }

  function showNothing() {
    current = null;
    frame.setAttribute("aria-busy", "true");
    stopwatch.stop();
    tell();
  }

  /* Whether the next picture is on its way: not at the end, and not during a rest. */
  function comes() {
    const last = goal !== null && Number(labelled.textContent) >= Number(goal.textContent);
    return !current && !rest.open && !leaving && !last;
  }

  function answer(button) {
    const elapsed = stopwatch.elapsed;
    if (!current || elapsed === null || elapsed < TOO_SOON) return;
    press(button);
    current.seen += elapsed;
    answered = current;
    count(1);
    // The next image first: what is sent may wait, the person does not.
    if (restIsDue()) suggestRest();
    else showNext();
    const category = button.value === "" ? null : Number(button.value);
    const { assignment, seen } = answered;
    outbox.add({ assignment, category, response_ms: Math.round(seen) });
    // Where nothing is left to answer there is nothing to wait for.
    if (!current && !rest.open) outbox.release();
    undo.disabled = !outbox.holds;
    stock.fill();
    tell();
  }

  function press(button) {
    button.classList.add("choice--chosen");
    setTimeout(() => button.classList.remove("choice--chosen"), PRESS);
  }

  /* Bring the last picture back, its answer not sent yet. The one on the screen is the next again. */
  function takeBack() {
    if (rest.open || !outbox.takeBack()) return;
    if (current) {
      current.seen += stopwatch.elapsed ?? 0;
      stock.putBack(current);
    }
    count(-1);
    show(answered);
    tell();
    line.textContent = line.dataset.undone;
  }

  function restIsDue() {
    const value = Number(labelled.textContent);
    const last = goal !== null && value >= Number(goal.textContent);
    return breakEvery > 0 && value % breakEvery === 0 && value !== restedAt && !last && stock.size > 0;
  }

  /* The next picture is not shown before the person goes on: resting takes no response time. */
  function suggestRest() {
    restedAt = Number(labelled.textContent);
    part("rest-count").textContent = restedAt;
    rest.showModal();
    showNothing();
  }
  rest.addEventListener("close", showNext);

  function outboxChanged() {
    if (outbox.due === 0) passing.remove(RELOADED);
    if (outbox.stuck === "csrf") freshen();
    undo.disabled = !outbox.holds;
    tell();
    stock.fill();
    if (leaving) leave();
  }

  /* The server knows better: the form's mark has changed, or the image was answered. A fresh page, once. */
  function freshen() {
    if (passing.get(RELOADED)) return;
    passing.set(RELOADED, "yes");
    location.reload();
  }

  /* One quiet line: nothing when all is well. */
  function tell() {
    clearTimeout(slow);
    if (outbox.stuck) say("stuck");
    else if (outbox.failing) say("offline");
    else if (leaseFailing && !current) say("waiting");
    else if (comes()) {
      if (line.dataset.said !== "coming") slow = setTimeout(() => say("coming"), EMPTY);
    } else if (outbox.due > 0) {
      slow = setTimeout(() => say("saving"), QUIET);
      if (line.dataset.said === "offline" || line.dataset.said === "waiting") say("saving");
    } else say("");
  }

  function say(what) {
    line.dataset.said = what;
    line.textContent = (line.dataset[what] ?? "").replace("{count}", outbox.size);
  }

  /* Nothing more for this annotator: go, once the server has every answer and the last image is done. */
  function end(reason) {
    if (reason === "csrf") freshen();
    leaving = reason === "paused" ? "paused" : "done";
    leave();
  }

  function leave() {
    if (current || rest.open || outbox.size > 0 || gone) return;
    gone = true;
    if (leaving === "paused") location.assign(form.action);
    else part("finish").submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter) answer(event.submitter);
  });
  undo.addEventListener("click", (event) => {
    takeBack();
    // Without a pointer the button that has gone would leave the focus nowhere.
    if (event.detail === 0) buttons[0].focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.repeat) {
      // A key held down is one answer, also on a button that has the focus.
      if (form.contains(event.target)) event.preventDefault();
      return;
    }
    if (!keys.checked || rest.open) return;
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  });

  function actionOf(event) {
    // A digit by where it lies: some layouts type it only with Shift.
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    const typed = event.key.toLowerCase();
    const of = (key) => key && buttons.find((button) => button.dataset.key === key);
    const button = of(typed) || of(digit?.[1]);
    if (button) return () => answer(button);
    if (typed === "backspace" || (typed && typed === undo.dataset.key)) return takeBack;
    return typed && typed === zoom.button.dataset.key ? () => zoom.toggle() : null;
  }

  // Somebody who dictates, or whose hand rests on the keyboard, can switch the keys off; the browser remembers.
  function keysChanged() {
    page.classList.toggle("keys-off", !keys.checked);
    if (keys.checked) lasting.remove(KEYS_OFF);
    else lasting.set(KEYS_OFF, "yes");
  }
  keys.addEventListener("change", keysChanged);
  keys.checked = !lasting.get(KEYS_OFF);
  keysChanged();
  part("keys").hidden = false;

  // The browser may bring the page back as it was; the server knows better what comes next.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // The page came with the first image that the server has no answer to. Answers go out in order: where that
  // image is among those on their way, so are all after it; where it is not, the server has them all.
  const first = {
    assignment: form.elements.assignment.value,
    element: frame.firstElementChild,
    seen: 0,
  };
  for (const assignment of [first.assignment, ...outbox.assignments]) stock.note(assignment);
  if (outbox.has(first.assignment)) {
    count(outbox.size - outbox.assignments.indexOf(first.assignment));
    showNext();
  } else {
    const begin = () => show(first);
    if (first.element.decode) first.element.decode().then(begin, begin);
    else begin();
  }
  outbox.send();
  stock.fill();
})();
