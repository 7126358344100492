// Ordering without a mouse. On the handle: Space takes, arrows move, Enter or Space puts down, Escape gives up;
// Alt + arrows move at once. In the handle's menu: [data-move=up|down].
//
// Enter on a handle that holds nothing opens its menu, as the browser does by itself.

import { holdRegions } from "../live/regions.js";
import { announce, gripOf, itemOf, itemsWith, post, put, shift } from "./list.js";

let taken = null; // {item, next, release}: what is held, where it stood

export function watchKeys() {
  document.addEventListener("keydown", press);
  // Space presses a button when it comes up.
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && event.target.closest?.("[data-grip]")) event.preventDefault();
  });
  document.addEventListener("focusout", ({ target }) => {
    if (taken && target === gripOf(taken.item)) setTimeout(left);
  });
  document.addEventListener("click", menu);
}

function press(event) {
  const grip = event.target.closest?.("[data-grip]");
  const item = grip && itemOf(grip);
  if (!item) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && event.altKey && !taken) act(event, () => moveAtOnce(item, step));
  else if (step && taken) act(event, () => shift(item, step) && announce("moved", item));
  else if (event.key === " ") act(event, () => (taken ? putDown() : take(item)));
  else if (event.key === "Enter" && taken) act(event, putDown);
  else if (event.key === "Escape" && taken) act(event, giveUp);
}

function act(event, what) {
  event.preventDefault();
  event.stopPropagation();
  what();
}

function take(item) {
  taken = { item, next: item.nextElementSibling, before: itemsWith(item).indexOf(item), release: holdRegions() };
  item.classList.add("moving");
  announce("taken", item);
}

// A handle that is left puts back what it held; a move takes the focus away for an instant only.
function left() {
  if (taken && !taken.item.contains(document.activeElement)) giveUp();
}

function letGo() {
  const held = taken;
  taken = null;
  held.item.classList.remove("moving");
  held.release();
  return held;
}

function putDown() {
  const { item, before } = letGo();
  announce("dropped", item);
  if (itemsWith(item).indexOf(item) !== before) post(item);
}

function giveUp() {
  const { item, next } = letGo();
  put(item, next);
  announce("cancelled", item);
}

function moveAtOnce(item, step) {
  if (!shift(item, step)) return;
  announce("dropped", item);
  post(item);
}

function menu({ target }) {
  const button = target.closest?.("[data-move]");
  const item = button && itemOf(button);
  if (!item) return;
  button.closest("[popover]")?.hidePopover();
  moveAtOnce(item, button.dataset.move === "up" ? -1 : 1);
  gripOf(item)?.focus({ preventScroll: true });
}
