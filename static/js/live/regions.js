// Live regions: what the server says has changed re-GETs itself through its own view and is morphed in place.
//
// Reads: id, data-src (address of the fragment), data-stale (keys, separated by spaces) on each region.
// A hidden page waits until it is looked at, and a list under somebody's hand until it is put down.

import htmx from "htmx.org/dist/htmx.esm.js";
import { line } from "./socket.js";

const GATHER = 30;
const due = new Set();
const holds = new Set();
let timer;

export function watchRegions() {
  line.on("stale", ({ ids }) => refetch((region) => ids.includes("*") || concerns(region, ids)));
  // What was told while nobody listened is unknown: everything is asked again, but not on the first opening.
  let opened = false;
  line.on("up", () => {
    if (opened) refetchAll();
    opened = true;
  });
  document.addEventListener("visibilitychange", soon);
  document.addEventListener("htmx:before:swap", gone);
}

export const refetchAll = () => refetch(() => true);

/** The region that holds an element, for acts that end with it being shown anew. */
export const regionOf = (element) => element?.closest("[data-src][id]");

export function refetchOne(region) {
  refetch((one) => one === region);
}

/** While somebody holds a thing on the page nothing moves under their hand; gives back the way to let go. */
export function holdRegions() {
  const hold = {};
  holds.add(hold);
  return () => {
    holds.delete(hold);
    soon();
  };
}

export const held = () => holds.size > 0;

function concerns(region, ids) {
  const keys = region.dataset.stale?.split(/\s+/) || [];
  return keys.some((key) => ids.includes(key));
}

function refetch(chosen) {
  for (const region of document.querySelectorAll("[data-src][id]")) if (chosen(region)) due.add(region.id);
  soon();
}

function soon() {
  clearTimeout(timer);
  if (due.size && !document.hidden && !held()) timer = setTimeout(fetchDue, GATHER);
}

function fetchDue() {
  const regions = [...due].map((id) => document.getElementById(id)).filter(Boolean);
  due.clear();
  for (const region of regions) {
    if (regions.some((outer) => outer !== region && outer.contains(region))) continue;
    htmx.ajax("GET", region.dataset.src, { source: region, target: region, swap: "outerMorph", region, asked: region.dataset.src });
  }
}

// What is not there for this reader any more leaves the page, and what held it is shown anew; a fault changes nothing.
function gone(event) {
  const { region, response, asked } = event.detail.ctx;
  // Somebody has opened the line to write in it meanwhile: an answer to what it was before comes too late.
  if (region?.isConnected && asked && region.dataset.src !== asked) {
    event.preventDefault();
    return refetchOne(region);
  }
  if (!region || response.status < 400) return;
  event.preventDefault();
  if (response.status !== 404) return;
  const outer = regionOf(region.parentElement);
  region.remove();
  if (outer) refetchOne(outer);
}
