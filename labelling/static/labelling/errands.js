"use strict";

/* On the quiet pages: buttons that copy a text, and answers that an earlier page could not send. */

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue; // plain HTTP: the text can be selected by hand
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = words;
    }, 2000);
  });
}

(() => {
  const form = document.getElementById("outbox");
  if (!form) return;
  const line = document.getElementById("line");
  const outbox = new Outbox({
    url: form.action,
    token: form.elements.csrfmiddlewaretoken.value,
    store: form.dataset.store,
    changed: tell,
  });
  // The page counts what the server had when it was asked; the newest answer was still on its way then.
  const uncounted = outbox.size > 0;
  function tell() {
    if (uncounted && outbox.size === 0) location.reload();
    // A code to hand in appears when the last answer is where it belongs.
    for (const out of document.querySelectorAll("[data-when-sent]")) out.hidden = outbox.size > 0;
    line.textContent = outbox.size ? line.dataset.waiting.replace("{count}", outbox.size) : "";
  }
  tell();
  outbox.send();
})();
