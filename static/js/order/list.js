// A list that can be ordered, read from the page and told to the server: neighbours, never positions, so that two
// who move at once do not undo each other.
//
// Reads: [data-order] list; its children with id, data-key, data-order-url, data-label, and data-group where an item
// moves among its like only. Words: #order-words.

import htmx from "../swap/htmx.js";
import { words } from "../page.js";
import { refetchOne, regionOf } from "../live/regions.js";
import { say } from "../ui/said.js";

export const alike = (one, other) => one.dataset.group === other.dataset.group;
export const itemOf = (element) => element.closest("[data-order-url]");
export const listOf = (item) => item.closest("[data-order]");
export const gripOf = (item) => item.querySelector("[data-grip]");

/** The items among which this one moves, itself included. */
export const itemsWith = (item) => [...listOf(item).children].filter((one) => one.dataset.orderUrl && alike(one, item));

/** The neighbours of an item: {after, before}, empty at the ends. */
export function neighbours(item) {
  const items = itemsWith(item);
  const at = items.indexOf(item);
  const key = (one) => one?.dataset.key || one?.id || "";
  return { after: key(items[at - 1]), before: key(items[at + 1]) };
}

/** Moves an item among its neighbours on this screen; says whether it could. The focus goes with it. */
export function shift(item, step) {
  const items = itemsWith(item);
  const other = items[items.indexOf(item) + step];
  if (!other) return false;
  put(item, step > 0 ? other.nextElementSibling : other);
  return true;
}

/** Puts an item before another (null: last); a browser without moveBefore loses the focus, so it is given back. */
export function put(item, before) {
  const focused = item.contains(document.activeElement) ? document.activeElement : null;
  const list = listOf(item);
  if (list.moveBefore) list.moveBefore(item, before);
  else list.insertBefore(item, before);
  if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/** Tells the server; what it answers is shown, and what it refuses is shown as it stands there. */
export async function post(item) {
  const region = regionOf(listOf(item));
  const refused = ({ detail }) => {
    if (detail.ctx.sourceElement === item && region) refetchOne(region);
  };
  document.addEventListener("htmx:response:error", refused, { once: true });
  await htmx.ajax("POST", item.dataset.orderUrl, {
    source: item,
    target: region || listOf(item),
    swap: region ? "outerMorph" : "none",
    values: neighbours(item),
  });
  document.removeEventListener("htmx:response:error", refused);
}

/** Tells the ear where the item now is. */
export function announce(key, item) {
  const items = itemsWith(item);
  const label = item.dataset.label || gripOf(item)?.ariaLabel || "";
  const said = words("order-words", key, { label, position: items.indexOf(item) + 1, count: items.length });
  if (said) say(said.textContent);
}
