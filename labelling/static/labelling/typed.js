// Puts what somebody had typed, before their sign-in expired, into its form again. Sends nothing.
const kept = JSON.parse(document.getElementById("typed").textContent);
const OURS = "csrfmiddlewaretoken";

function addressOf(form) {
  return new URL(form.getAttribute("action") || "", location.href).pathname;
}

function entriesOf(form) {
  return [...form.elements].filter((entry) => entry.name && entry.name !== OURS && entry.type !== "submit");
}

// Of the forms that go to the address, the one that has most of the fields.
function formOf(names) {
  const fits = [...document.forms]
    .filter((form) => form.method === "post" && addressOf(form) === kept.action && !form.closest("#typed-note"))
    .map((form) => [entriesOf(form).filter((entry) => names.includes(entry.name)).length, form])
    .sort(([one], [other]) => other - one);
  return fits.length ? fits[0][1] : null;
}

function fill(entries) {
  const left = new Map(Object.entries(kept.fields).map(([name, values]) => [name, [...values]]));
  for (const entry of entries) {
    const values = left.get(entry.name) || [];
    if (entry.type === "checkbox" || entry.type === "radio") entry.checked = values.includes(entry.value);
    else if (entry.type === "select-multiple")
      for (const option of entry.options) option.selected = values.includes(option.value);
    else if (entry.type !== "file" && entry.type !== "password" && values.length) entry.value = values.shift();
  }
}

function tell(form) {
  // Buttons, too, whose name and value come with a form.
  const there = new Set([...(form ? form.elements : [])].map((entry) => entry.name));
  const list = document.getElementById("typed-left-list");
  for (const [name, values] of Object.entries(kept.fields)) {
    if (there.has(name)) continue;
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = name;
    text.textContent = values.join("\n");
    list.append(term, text);
  }
  document.getElementById("typed-left").hidden = !list.children.length;
}

function putBack() {
  document.getElementById("typed-plain").remove();
  const form = formOf(Object.keys(kept.fields));
  const entries = form ? entriesOf(form) : [];
  fill(entries);
  for (const entry of entries) {
    entry.dispatchEvent(new Event("input", { bubbles: true }));
    entry.dispatchEvent(new Event("change", { bubbles: true }));
  }
  // Whoever listens may have written into other fields, as the admin does with short names.
  fill(entries);
  // A part of the form that is folded away would hide what was typed there.
  for (const entry of entries) entry.closest("details")?.setAttribute("open", "");
  tell(form);
  document.getElementById("typed-back").hidden = !entries.length;
}

// After the page's own scripts, which may add fields.
window.addEventListener("load", putBack);
