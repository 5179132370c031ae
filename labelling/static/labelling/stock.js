"use strict";

/* The next images: leased ahead and decoded, so that one is on the screen in the frame of the answer before. */

class Stock {
  static #BATCH = 10;
  static #LOW = 3;
  static #TIMEOUT = 15_000;
  static #RETRY = 1_000;

  #ready = [];
  #seen = new Set();
  #filling = false;
  #dry = false;
  #over = false;

  /* `given(assignments)` is called with all that the server holds for this annotator, `arrived()` when images
     have come, `ended(reason)` when there are none for this annotator, `failing(yes)` when the network comes
     and goes. `instruction(said)` makes what is shown in the place of an image. */
  constructor({ url, token, outbox, picture, instruction, given, arrived, ended, failing }) {
    Object.assign(this, { url, token, outbox, picture, instruction, given, arrived, ended, failing });
  }

  /* The image that the page came with is on the screen already. */
  note(assignment) {
    this.#seen.add(assignment);
  }

  take() {
    return this.#ready.shift() ?? null;
  }

  /* A picture that was taken is the next one again. */
  putBack(picture) {
    this.#ready.unshift(picture);
  }

  get size() {
    return this.#ready.length;
  }

  /* Lease more where few are left. An answer on its way still counts against what an annotator may hold: while
     there are many, waiting a moment makes room for new images. */
  async fill() {
    const left = this.#ready.length;
    if (this.#over || this.#filling || left > Stock.#LOW || (this.#dry && left > 0)) return;
    const room = Stock.#BATCH - this.outbox.size - left - 1; // one is on the screen
    if (this.outbox.due > 0 && (left > 1 || room <= Stock.#LOW || this.#dry)) return;
    this.#filling = true;
    const settled = this.outbox.due === 0;
    const reply = await this.#lease();
    if (reply.reason === "") this.given(reply.assignments.map(({ assignment }) => assignment));
    let fresh = 0;
    for (const { assignment, image, instruction } of reply.assignments) {
      if (this.#seen.has(assignment) || this.outbox.has(assignment)) continue;
      this.#seen.add(assignment);
      const element = instruction ? this.instruction(instruction) : await this.#decoded(image);
      this.#ready.push({ assignment, element, seen: 0 });
      fresh += 1;
    }
    this.#dry = reply.assignments.length < Stock.#BATCH;
    this.#filling = false;
    if (fresh > 0) this.arrived();
    this.#over = reply.reason !== "" || (settled && fresh === 0 && this.#ready.length === 0);
    if (this.#over) this.ended(reply.reason);
  }

  /* Ask until there is an answer; a network that is away comes back. */
  async #lease() {
    for (;;) {
      try {
        const reply = await fetch(this.url, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
          body: JSON.stringify({ count: Stock.#BATCH }),
          redirect: "error",
          signal: AbortSignal.timeout(Stock.#TIMEOUT),
        });
        if (reply.status < 500) {
          const said = await reply.json();
          this.failing(false);
          return { assignments: said.assignments ?? [], reason: said.reason ?? "" };
        }
      } catch {
        // not reached: asked again below
      }
      this.failing(true);
      await new Promise((resolve) => setTimeout(resolve, Stock.#RETRY));
    }
  }

  /* An element like the first one, its image decoded. One that cannot be decoded shows its alternative text. */
  async #decoded(source) {
    const element = this.picture.cloneNode();
    element.src = source;
    await element.decode().catch(() => {});
    return element;
  }
}
