// A toast in #toasts stays ten seconds, and as long as it is pointed at or has the focus. [data-dismiss] closes it, and
// so does the act that it offers, once answered.

const LASTS = 10_000;

export function watchToasts() {
  const place = document.getElementById("toasts");
  if (!place) return;
  place.querySelectorAll(".toast").forEach(count);
  document.addEventListener("htmx:after:swap", ({ detail }) => detail.ctx.sourceElement?.closest?.(".toast")?.remove());
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.matches?.(".toast")) count(node);
  }).observe(place, { childList: true });
}

function count(toast) {
  let timer;
  let left = LASTS;
  let since;
  const run = () => {
    clearTimeout(timer);
    if (toast.matches(":hover,:focus-within")) return;
    since = Date.now();
    timer = setTimeout(() => toast.remove(), left);
  };
  const pause = () => {
    if (since) left = Math.max(0, left - (Date.now() - since));
    since = null;
    clearTimeout(timer);
  };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, pause);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, () => setTimeout(run));
  toast.addEventListener("click", ({ target }) => target.closest("[data-dismiss]") && toast.remove());
  run();
}
