// Asks before a page is left whose form holds something typed and not saved. Sends and stores nothing.
const unsaved = document.querySelector("form[data-unsaved]");
let saving = false;

// What the server sent, not what stood here when this began: browsers fill in again what was typed before.
function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") {
    const options = [...field.options];
    const sent = options.findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(sent, 0);
  }
  return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
}

function isUnsaved() {
  return unsaved.dataset.unsaved === "typed" || [...unsaved.elements].some(isChanged);
}

unsaved.addEventListener("submit", () => {
  saving = true;
});
window.addEventListener("pageshow", () => {
  saving = false;
});
window.addEventListener("beforeunload", (event) => {
  if (!saving && isUnsaved()) event.preventDefault();
});
