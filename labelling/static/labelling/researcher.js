// Copies the annotators' link. Without this script the link can still be selected and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const told = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    // A page served over plain HTTP from another machine has no clipboard; the selection is ready for Ctrl-C.
    if (!navigator.clipboard) return;
    await navigator.clipboard.writeText(field.value);
    told.hidden = false;
  });
}
