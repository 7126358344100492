// After a morph, controls show what the server rendered, except what is in use or being saved.
//
// Why: a morph sets attributes, and a control once touched no longer follows them (htmx issue 4030).
// It holds for controls that save on change (form[hx-sync]): a form submitted later keeps what was typed.

const CONTROLS = "input:not([type=file],[type=hidden]),select,textarea:not([data-ytext])";
const AFTER_LEAVING = 50;

export function watchControls() {
  document.addEventListener("htmx:after:swap", () => {
    document.querySelectorAll(`form[hx-sync] :is(${CONTROLS})`).forEach(settle);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches?.(CONTROLS) && target.closest("form[hx-sync]")) setTimeout(settle, AFTER_LEAVING, target);
  });
}

export function settle(control) {
  if (control === document.activeElement || control.closest(".htmx-request,[data-unsent]")) return;
  if (control.tagName === "SELECT") {
    const option = [...control.options].find(({ defaultSelected }) => defaultSelected) || control.options[0];
    if (option && !option.selected) option.selected = true;
  } else if (/checkbox|radio/.test(control.type)) {
    control.checked = control.defaultChecked;
  } else if (control.value !== control.defaultValue) {
    control.value = control.defaultValue;
  }
}
