"use strict";

/* Answers on their way to the server.

   An answer is kept in the browser until the server says that it has it, so that a reload, a crash or a dead
   network lose nothing. Answers go out in order, those that wait together in one request. Each has a name of
   its own, so that one that is sent twice is stored once.

   The newest answer stays here until the next one is given, for a while at most, so that it can be taken back.
   What was taken back was never sent; the answer that takes its place tells what the first choice was. */

class Outbox {
  static #FIRST_WAIT = 500;
  static #LONGEST_WAIT = 10_000;
  static #TIMEOUT = 15_000;
  static #MOST_TOGETHER = 10;
  static #HELD = 10_000;

  #queue = [];
  #held = null;
  #holding = null;
  #firstChoices = new Map();
  #sending = false;
  #waiting = null;
  #failures = 0;
  #stuck = "";

  /* `changed()` is called after every change; `refused(reason)` when the server will never take an answer. */
  constructor({ url, token, store, changed = () => {}, refused = () => {} }) {
    this.url = url;
    this.token = token;
    this.prefix = `human-baseline/${store}/`;
    this.first = `human-baseline-first/${store}/`;
    this.changed = changed;
    this.refused = refused;
    this.#queue = this.#kept();
    window.addEventListener("online", () => {
      this.release();
      this.#waiting?.();
    });
    // Who leaves or looks elsewhere takes nothing back any more.
    window.addEventListener("pagehide", () => this.release());
    document.addEventListener("visibilitychange", () => document.hidden && this.release());
  }

  /* How many answers the server does not have yet. */
  get size() {
    return this.#queue.length;
  }

  /* How many of them are to be sent now: all but the one that can still be taken back. */
  get due() {
    return this.#queue.length - (this.#held ? 1 : 0);
  }

  /* Whether the newest answer can still be taken back. */
  get holds() {
    return this.#held !== null;
  }

  /* Whether the last try failed, and a later one may do better. */
  get failing() {
    return this.#failures > 0;
  }

  /* Why no try can do better until the page is loaded anew; empty when all is well. */
  get stuck() {
    return this.#stuck;
  }

  get assignments() {
    return this.#queue.map((answer) => answer.assignment);
  }

  has(assignment) {
    return this.assignments.includes(assignment);
  }

  /* Keep an answer and send those before it. A category of null says that one cannot tell. */
  add({ assignment, category, response_ms }) {
    const first = this.#firstChoice(assignment, category);
    // In order, also where the device's clock jumps.
    const at = Math.max(Date.now(), (this.#queue.at(-1)?.at ?? 0) + 1);
    const answer = { assignment, category, response_ms, submission_key: Outbox.#name(), first, at };
    this.#queue.push(answer);
    this.#keep(answer);
    this.#forgetFirstChoice(assignment);
    clearTimeout(this.#holding);
    this.#held = answer;
    this.#holding = setTimeout(() => this.release(), Outbox.#HELD);
    this.send();
  }

  /* Send the newest answer too: from now on it stands. */
  release() {
    clearTimeout(this.#holding);
    const held = this.#held;
    this.#held = null;
    this.send();
    if (held) this.changed();
  }

  /* Take the newest answer back; return whether that was still possible. */
  takeBack() {
    if (!this.#held) return false;
    const { assignment, first } = this.#held;
    this.#firstChoices.set(assignment, first);
    lasting.set(this.first + assignment, JSON.stringify(first));
    clearTimeout(this.#holding);
    this.#remove(this.#held);
    this.#held = null;
    this.changed();
    return true;
  }

  async send() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.due > 0 && !this.#stuck) {
      const answers = this.#queue.filter((answer) => answer !== this.#held).slice(0, Outbox.#MOST_TOGETHER);
      const reasons = await this.#post(answers);
      for (const [place, answer] of answers.entries()) this.#settle(answer, reasons[place]);
      if (reasons.includes("later")) await this.#pause();
      this.changed();
    }
    this.#sending = false;
  }

  #settle(answer, reason) {
    if (reason === "later") return;
    if (["csrf", "unknown_annotator", "unknown_study"].includes(reason)) {
      this.#stuck = reason;
      return;
    }
    this.#failures = 0;
    this.#remove(answer);
    if (reason !== "") this.refused(reason);
  }

  /* Return for each answer: "" when it is saved, "later" when another try may do, else the server's reason. */
  async #post(answers) {
    const sent = answers.map(Outbox.#sent);
    const later = sent.map(() => "later");
    try {
      const reply = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(sent.length === 1 ? sent[0] : { answers: sent }),
        keepalive: true,
        redirect: "error",
        signal: AbortSignal.timeout(Outbox.#TIMEOUT),
      });
      if (reply.status >= 500 || reply.status === 408 || reply.status === 429) return later;
      const said = await reply.json();
      return answers.map((_, place) => Outbox.#reason(said.answers ? said.answers[place] : said));
    } catch {
      return later;
    }
  }

  static #sent({ assignment, category, submission_key, response_ms, first = category }) {
    const changed = first === category ? {} : { changed_from: first };
    return { assignment, category, submission_key, response_ms, ...changed };
  }

  static #reason({ saved, reason }) {
    return saved ? "" : reason || "later";
  }

  #pause() {
    const wait = Math.min(Outbox.#FIRST_WAIT * 2 ** this.#failures, Outbox.#LONGEST_WAIT);
    this.#failures += 1;
    this.changed();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#waiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #remove(answer) {
    this.#queue = this.#queue.filter((other) => other !== answer);
    lasting.remove(this.prefix + answer.submission_key);
  }

  /* One entry for each answer: two tabs then never overwrite each other's. */
  #keep(answer) {
    lasting.set(this.prefix + answer.submission_key, JSON.stringify(answer));
  }

  #kept() {
    return lasting
      .keys(this.prefix)
      .map((key) => JSON.parse(lasting.get(key)))
      .filter((answer) => answer !== null) // another tab has just seen it saved
      .sort((one, other) => one.at - other.at);
  }

  /* What was chosen first for an image: where an answer was taken back that one, else this one. */
  #firstChoice(assignment, category) {
    if (this.#firstChoices.has(assignment)) return this.#firstChoices.get(assignment);
    const kept = lasting.get(this.first + assignment);
    return kept === null ? category : JSON.parse(kept);
  }

  #forgetFirstChoice(assignment) {
    this.#firstChoices.delete(assignment);
    lasting.remove(this.first + assignment);
  }

  /* randomUUID exists on HTTPS and localhost only; getRandomValues everywhere. */
  static #name() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  }
}
