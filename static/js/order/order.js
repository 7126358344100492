// Ordering by mouse and finger, through SortableJS; the keyboard's way is beside it.
//
// Its 15 kB are fetched by pages that hold a list. While something is dragged no region is swapped: what arrives waits
// until it is put down.

import { held, holdRegions, refetchOne, regionOf } from "../live/regions.js";
import { watchKeys } from "./keyboard.js";
import { alike, announce, post } from "./list.js";

const lists = new WeakSet();
let release = () => {};

export function watchOrder() {
  watchKeys();
  document.addEventListener("htmx:after:swap", prepare);
  document.addEventListener("htmx:before:swap", wait);
  prepare();
}

async function prepare() {
  const fresh = [...document.querySelectorAll("[data-order]")].filter((list) => !lists.has(list));
  if (!fresh.length) return;
  fresh.forEach((list) => lists.add(list));
  const { default: Sortable } = await import("sortablejs/modular/sortable.core.esm.js");
  for (const list of fresh) {
    new Sortable(list, {
      handle: "[data-grip]",
      draggable: "[data-order-url]",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      ghostClass: "ghost",
      chosenClass: "moving",
      delay: 150,
      delayOnTouchOnly: true,
      onMove: ({ dragged, related }) => alike(dragged, related),
      onStart: () => (release = holdRegions()),
      onEnd: ended,
    });
  }
}

function ended({ item, oldDraggableIndex, newDraggableIndex }) {
  release();
  if (oldDraggableIndex === newDraggableIndex) return;
  announce("dropped", item);
  post(item);
}

// An answer asked for before the drag began: dropped, and asked for again afterwards.
function wait(event) {
  if (!held()) return;
  const { tasks } = event.detail;
  for (const task of [...tasks]) {
    const target = typeof task.target === "string" ? document.querySelector(task.target) : task.target;
    if (!target?.querySelector?.("[data-order]") && !target?.closest?.("[data-order]")) continue;
    tasks.splice(tasks.indexOf(task), 1);
    const region = regionOf(target);
    if (region) refetchOne(region);
  }
}
