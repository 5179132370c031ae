"use strict";

/* The time from an image's first paint to the answer, by the clock that never jumps. Time in which the tab
   was hidden is not counted. The paint is marked in the browser's own timeline, where measurements find it. */

class Stopwatch {
  static #MARK = "picture painted";

  #started = null;
  #hiddenSince = null;
  #hidden = 0;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#notice());
  }

  /* Start once what has just been put on the page is painted: the second frame from now begins after that. */
  startAfterPaint() {
    this.stop();
    const turn = {};
    this.turn = turn;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (this.turn === turn) this.#start();
      }),
    );
  }

  stop() {
    this.turn = null;
    this.#started = null;
    performance.clearMarks(Stopwatch.#MARK);
  }

  /* Milliseconds since the first paint, or null when nothing has been painted yet. */
  get elapsed() {
    if (this.#started === null) return null;
    const now = performance.now();
    const hiddenNow = this.#hiddenSince === null ? 0 : now - this.#hiddenSince;
    return now - this.#started - this.#hidden - hiddenNow;
  }

  #start() {
    this.#started = performance.now();
    performance.mark(Stopwatch.#MARK, { startTime: this.#started });
    this.#hidden = 0;
    this.#hiddenSince = document.hidden ? this.#started : null;
  }

  #notice() {
    if (document.hidden) {
      this.#hiddenSince = performance.now();
    } else if (this.#hiddenSince !== null) {
      this.#hidden += performance.now() - this.#hiddenSince;
      this.#hiddenSince = null;
    }
  }
}
