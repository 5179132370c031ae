"use strict";

/* Answers on their way to the server.

   An answer is kept in the browser until the server says that it has it, so that a reload, a crash or a dead
   network lose nothing. Answers go out in order, those that wait together in one request. Each has a name of
   its own, so that one that is sent twice is stored once. */

class Outbox {
  static #FIRST_WAIT = 500;
  static #LONGEST_WAIT = 10_000;
  static #TIMEOUT = 15_000;
  static #MOST_TOGETHER = 10;

  #queue = [];
  #sending = false;
  #waiting = null;
  #failures = 0;
  #stuck = "";

  /* `changed()` is called after every change; `refused(reason)` when the server will never take an answer. */
  constructor({ url, token, store, changed = () => {}, refused = () => {} }) {
    this.url = url;
    this.token = token;
    this.prefix = `human-baseline/${store}/`;
    this.changed = changed;
    this.refused = refused;
    this.#queue = this.#kept();
    window.addEventListener("online", () => this.hurry());
  }

  /* How many answers the server does not have yet. */
  get size() {
    return this.#queue.length;
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

  add({ assignment, category, response_ms }) {
    const answer = { assignment, category, response_ms, submission_key: Outbox.#name(), at: Date.now() };
    this.#queue.push(answer);
    this.#keep(answer);
    this.send();
  }

  /* Do not wait for the next try: something says that it may succeed now. */
  hurry() {
    this.#waiting?.();
  }

  async send() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#queue.length > 0 && !this.#stuck) {
      const answers = this.#queue.slice(0, Outbox.#MOST_TOGETHER);
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
    this.#drop(answer);
    if (reason !== "") this.refused(reason);
  }

  /* Return for each answer: "" when it is saved, "later" when another try may do, else the server's reason. */
  async #post(answers) {
    const sent = answers.map(({ assignment, category, submission_key, response_ms }) => {
      return { assignment, category, submission_key, response_ms };
    });
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

  #drop(answer) {
    this.#failures = 0;
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

  /* randomUUID exists on HTTPS and localhost only; getRandomValues everywhere. */
  static #name() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  }
}
