"use strict";

/* What the browser keeps for us. A browser may refuse to keep anything; then everything works until the page
   is left, and nothing else changes. */

class Shelf {
  #storage;

  constructor(name) {
    try {
      this.#storage = window[name];
    } catch {
      this.#storage = null; // reading the property is refused where storage is switched off
    }
  }

  get(key) {
    return this.#storage?.getItem(key) ?? null;
  }

  set(key, value) {
    try {
      this.#storage?.setItem(key, value);
    } catch {
      // full: what is sent from memory does not need it
    }
  }

  remove(key) {
    this.#storage?.removeItem(key);
  }

  keys(prefix) {
    return Object.keys(this.#storage ?? {}).filter((key) => key.startsWith(prefix));
  }
}

const lasting = new Shelf("localStorage");
const passing = new Shelf("sessionStorage");
