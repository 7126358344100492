// The caret goes to the words of a line that was just added, once it is there; « Imprimer » asks the browser for it.
//
// Hears: begin-writing {id}, which an answer's HX-Trigger brings. Reads: [data-print], hidden where no script runs.

export function watchBeginnings() {
  document.addEventListener("begin-writing", ({ detail }) => focusSoon(detail.id));
  document.addEventListener("htmx:after:swap", offerPrint);
  document.addEventListener("click", ({ target }) => target.closest?.("[data-print]") && print());
  offerPrint();
}

// The answer is put in just after it is told: the field may be a moment away.
function focusSoon(id, tries = 20) {
  const field = document.getElementById(id);
  if (!field) return void (tries && setTimeout(focusSoon, 25, id, tries - 1));
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: "nearest" });
}

function offerPrint() {
  for (const button of document.querySelectorAll("[data-print][hidden]")) button.hidden = false;
}
