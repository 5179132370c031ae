"use strict";

/* Keys on the practice pages, as on the labelling page: those on the buttons answer, Enter goes on. */

(() => {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      // On a button or a link Enter does what it does anyway.
      if (document.activeElement === document.body) document.querySelector("[data-next]")?.click();
      return;
    }
    const wanted = event.key.toLowerCase();
    const choice = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === wanted);
    choice?.click();
  });
})();
