// « Marc a changé l’échéance »: told only to the reader whose focus was inside what changed, once; to all others the
// change shows itself.
//
// Reads: .notice[data-changed=<event>][hidden] in a region, with [data-show="#id"] (« La montrer »).

const told = new Set();
let inside = null;

export function watchChanges() {
  document.addEventListener("htmx:before:swap", () => (inside = document.activeElement?.closest("[data-src]")?.id));
  document.addEventListener("htmx:after:swap", offer);
  document.addEventListener("click", show);
}

function offer() {
  for (const notice of document.querySelectorAll("[data-changed][hidden]")) {
    const event = notice.dataset.changed;
    const mine = inside && notice.closest("[data-src]")?.id === inside;
    if (mine && !told.has(event)) notice.hidden = false;
    told.add(event);
  }
}

function show({ target }) {
  const button = target.closest("[data-show]");
  if (!button) return;
  const place = document.querySelector(button.dataset.show);
  const notice = button.closest("[data-changed]");
  if (notice) notice.hidden = true;
  place?.scrollIntoView({ block: "center" });
  const fits = place?.matches("a,button,input,select,textarea,[tabindex]");
  (fits ? place : place?.querySelector("input,select,textarea"))?.focus({ preventScroll: true });
}
