"use strict";

/* A closer look at an image that has more pixels than its frame: as large as the screen allows, and larger. The
   view scrolls by finger, wheel and arrow keys; nothing moves by itself. */

class Zoom {
  static #STEPS = [1, 1.5, 2, 3, 4];

  #step = 0;

  constructor({ button, frame, dialog, view, size, smaller, larger }) {
    Object.assign(this, { button, frame, dialog, view, size, smaller, larger });
    button.addEventListener("click", () => this.open());
    frame.addEventListener("click", () => button.disabled || this.open());
    smaller.addEventListener("click", () => this.#resize(this.#step - 1));
    larger.addEventListener("click", () => this.#resize(this.#step + 1));
    dialog.addEventListener("close", () => view.replaceChildren());
    dialog.addEventListener("keydown", (event) => this.#pressed(event));
    this.side = frame.clientWidth;
    // Who turns the phone goes on looking closely.
    new ResizeObserver(([entry]) => {
      this.side = entry.contentRect.width;
      this.#offer();
      if (dialog.open) this.#resize(this.#step);
    }).observe(frame);
  }

  /* Another image is in the frame. */
  consider(image) {
    this.image = image;
    this.#offer();
    this.close();
  }

  /* Offer the zoom where the frame shows the image smaller than it is. */
  #offer() {
    const { image } = this;
    const more = Math.max(image?.naturalWidth ?? 0, image?.naturalHeight ?? 0) > Math.ceil(this.side);
    this.button.disabled = !more;
    this.frame.classList.toggle("frame--more", more);
  }

  open() {
    if (this.button.disabled || this.dialog.open) return;
    const image = this.image.cloneNode();
    image.removeAttribute("width");
    image.removeAttribute("height");
    this.view.replaceChildren(image);
    this.dialog.showModal();
    this.view.focus();
    this.#resize(0);
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  toggle() {
    if (this.dialog.open) this.close();
    else this.open();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { "+": 1, "=": 1, "-": -1 }[event.key];
    if (by) this.#resize(this.#step + by);
  }

  /* Step 0 fits the view; what is in the middle of the view stays there. */
  #resize(step) {
    this.#step = Math.min(Math.max(step, 0), Zoom.#STEPS.length - 1);
    const { view } = this;
    const [image] = view.children;
    const middle = (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth;
    const centre = (view.scrollTop + view.clientHeight / 2) / view.scrollHeight;
    const fits = Math.min(view.clientWidth / image.naturalWidth, view.clientHeight / image.naturalHeight);
    const factor = fits * Zoom.#STEPS[this.#step];
    image.width = Math.floor(image.naturalWidth * factor);
    image.height = Math.floor(image.naturalHeight * factor);
    view.scrollTo(
      middle * view.scrollWidth - view.clientWidth / 2,
      centre * view.scrollHeight - view.clientHeight / 2,
    );
    this.size.textContent = `${Math.round(factor * 100)} %`;
    this.smaller.disabled = this.#step === 0;
    this.larger.disabled = this.#step === Zoom.#STEPS.length - 1;
  }
}
