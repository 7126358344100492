// The browser's calendar beside a typed date, never alone: it fills the field as one writes it, 29/01/2027.
//
// Reads: input[type=date][data-picker=<id of the field>][hidden], shown here because without a script it is of no use.

export function watchPickers() {
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("focusin", ({ target }) => target.matches?.("[data-picker]") && follow(target));
  // Before the form hears it: what is sent is the field's value, not the picker's.
  document.addEventListener("change", choose, true);
  show();
}

function show() {
  for (const picker of document.querySelectorAll("[data-picker][hidden]")) picker.hidden = false;
}

function follow(picker) {
  const found = /^\s*(\d{1,2})\D(\d{1,2})\D(\d{4})\s*$/.exec(document.getElementById(picker.dataset.picker)?.value);
  if (found) picker.value = `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
}

function choose(event) {
  const picker = event.target;
  if (!picker.matches?.("[data-picker]")) return;
  event.stopPropagation();
  const field = document.getElementById(picker.dataset.picker);
  if (!field || !picker.value) return;
  field.value = picker.value.split("-").reverse().join("/");
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
