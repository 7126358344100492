// The state of saving, one sentence, true at every moment.
//
// Fills: #saved (data-saved = quiet | saved | saving | local | offline) from #saved-words, #offline-bar.
// `quiet` is the blank between a keystroke and its acknowledgement: nothing can be said yet that is true. It becomes
// « Enregistrement… » after a second, and « Tout est enregistré » once all is acknowledged and the hand rests.

import { bell } from "../bell.js";
import { words } from "../page.js";
import { isUp, line } from "./socket.js";

const LONG = 1_000;
const CALM = 300;

export const saving = bell(); // rings `changed` when what is unsaved changes

// Each gives a list of {id, dirty, kept, known, field}; `still`: it will not be sent from here; `elsewhere`: it is of
// another page.
const sources = new Set();
let offlineSince = navigator.onLine ? null : new Date();
let carried = false; // by HTTP while sockets do not get through
let dirtySince = null;
let cleanSince = 0;
let shown = null;
let timer;

/** Adds things that may be unsaved. Called again whenever the sentence is to be told. */
export const track = (source) => sources.add(source);

export function setCarried(yes) {
  carried = yes;
  tellSaved();
}

export const unsaved = () => [...sources].flatMap((source) => source()).filter(({ dirty }) => dirty);

export function watchSaved() {
  addEventListener("offline", () => offlineFrom(new Date()));
  addEventListener("online", () => offlineFrom(null));
  line.on("up", () => tellSaved());
  line.on("down", () => tellSaved());
  document.addEventListener("htmx:after:swap", () => {
    // Navigation inside the page may have brought an empty line.
    shown = null;
    tellSaved();
  });
  let forgotten = false;
  saving.on("forgotten", () => (forgotten = true));
  addEventListener("beforeunload", (leaving) => {
    if (!forgotten && unsaved().some(({ elsewhere }) => !elsewhere)) leaving.preventDefault();
  });
  tellSaved();
}

export function tellSaved() {
  clearTimeout(timer);
  const dirty = unsaved();
  dirtySince = dirty.length ? (dirtySince ?? Date.now()) : null;
  show(state(dirty));
  showBar(dirty);
  saving.ring("changed");
}

function offlineFrom(since) {
  offlineSince = since;
  tellSaved();
}

function state(dirty) {
  if (offlineSince) return "offline";
  return dirty.length ? notYet(dirty) : saved();
}

function notYet(dirty) {
  cleanSince = null;
  const arriving = (isUp() || carried) && dirty.some(({ elsewhere, still }) => !elsewhere && !still);
  if (!arriving && dirty.every(({ kept }) => kept)) return "local";
  const waited = Date.now() - dirtySince;
  if (waited < LONG) timer = setTimeout(tellSaved, LONG - waited);
  return waited < LONG ? "quiet" : "saving";
}

function saved() {
  if ([...sources].some((source) => source().some(({ known }) => known === false))) return "quiet";
  cleanSince ??= Date.now();
  const waited = Date.now() - cleanSince;
  // While somebody types, the line would otherwise blink at each key.
  if (shown !== "quiet" || waited >= CALM) return "saved";
  timer = setTimeout(tellSaved, CALM - waited);
  return "quiet";
}

function show(now) {
  const place = document.getElementById("saved");
  if (!place || shown === now) return;
  shown = now;
  place.dataset.saved = now;
  const said = now === "offline" ? offlineWords() : words("saved-words", now);
  place.replaceChildren(...(said ? said.childNodes : []));
}

function offlineWords() {
  const holes = { hour: offlineSince.getHours(), minute: String(offlineSince.getMinutes()).padStart(2, "0") };
  const full = offlineSince.getMinutes() === 0 && words("saved-words", "offline-hour", holes);
  return full || words("saved-words", "offline", holes);
}

function showBar(dirty) {
  const bar = document.getElementById("offline-bar");
  if (!bar) return;
  bar.hidden = !offlineSince;
  if (bar.hidden) return;
  const told = dirty.length > 1 ? "many" : dirty.length ? "one" : "none";
  for (const sentence of bar.querySelectorAll("[data-word]")) {
    sentence.dataset.pattern ??= sentence.textContent;
    sentence.hidden = sentence.dataset.word !== told;
    if (!sentence.hidden) sentence.textContent = sentence.dataset.pattern.replace("{count}", dirty.length);
  }
  bar.querySelector("[data-unsent-list]")?.replaceChildren(...dirty.filter(({ field }) => field?.id).map(link));
}

function link({ field }) {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = `#${field.id}`;
  anchor.textContent = field.labels?.[0]?.textContent.trim() || field.id;
  item.append(anchor);
  return item;
}
