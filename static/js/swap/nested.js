// What is open inside a region stays open when the region is shown anew: a text that somebody writes here, and what
// a fold has loaded. The server renders the outer region without knowing of them; each then asks for itself.

import { refetchOne } from "../live/regions.js";

const SKIP = "hx-morph-skip";
const kept = new Set();

export function watchNested() {
  document.addEventListener("htmx:before:swap", ({ detail }) => detail.tasks.forEach(keepInside));
  document.addEventListener("htmx:after:swap", release);
}

function keepInside({ target, fragment, swapSpec }) {
  const outer = typeof target === "string" ? document.querySelector(target) : target;
  if (!outer || !/Morph$/.test(swapSpec?.style ?? swapSpec)) return;
  for (const inner of outer.querySelectorAll("[data-src][id]")) {
    const coming = fragment.querySelector(`[id="${CSS.escape(inner.id)}"]`);
    if (!coming || !(inner.querySelector("[data-ytext]") || !coming.dataset.src)) continue;
    // What the list says of a line (its order, its state) is true at once; where the line asks for itself is its own.
    for (const { name, value } of coming.attributes) {
      if (name.startsWith("data-") && name !== "data-src" && coming.dataset.src) inner.setAttribute(name, value);
    }
    // A morph recognises an element by its id and its name: the place that waits to be loaded may have another name.
    if (coming.localName !== inner.localName) coming.replaceWith(inner.cloneNode(false));
    inner.setAttribute(SKIP, "");
    kept.add(inner);
  }
}

function release() {
  for (const inner of kept) {
    inner.removeAttribute(SKIP);
    if (inner.isConnected && !inner.parentElement.closest(`[${SKIP}]`)) refetchOne(inner);
  }
  kept.clear();
}
