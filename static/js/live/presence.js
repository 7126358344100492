// Who is on this page, and in which section somebody writes. Names come from the server's roster alone.
//
// Fills: #presence, and in each [data-section] its [data-busy] line; marks the section with class `busy` and the
// writer's data-party. Words: #presence-words (alone, here-one, here-many, busy-one, busy-many).
// Tells: the section where a field has the focus, after 300 ms; that the page is hidden, after 30 s.

import { bell } from "../bell.js";
import { listed, words } from "../page.js";
import { line, send } from "./socket.js";

const SETTLED = 300;
const HIDDEN = 30_000;
const FIELDS = "textarea,select,input:not([type=button],[type=submit],[type=hidden]),[contenteditable=true]";

export const people = bell(); // rings `changed`
let myself = null;
let roster = [];
let told = null;
let telling;
let leaving;
let away = false;

/** {name, initials, party} of somebody in the roster, or undefined: then nothing is shown of them. */
export const person = (id) => roster.find((one) => one.id === id);

export function watchPresence() {
  line.on("hello", ({ user, roster: here }) => {
    myself = user?.id;
    meet(here);
    told = null;
    tell();
    if (away) send({ t: "away" });
  });
  line.on("presence", ({ roster: here }) => meet(here));
  line.on("down", () => meet([]));
  document.addEventListener("focusin", tellSoon);
  document.addEventListener("focusout", tellSoon);
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("visibilitychange", leaveOrReturn);
}

function meet(here = []) {
  roster = here;
  show();
  people.ring("changed");
}

function show() {
  const others = unique(roster.filter(({ id }) => id !== myself));
  // Somebody may write in a text of this page from another one (a collective objective): named there, not here.
  const here = others.filter(({ elsewhere }) => !elsewhere);
  const place = document.getElementById("presence");
  if (place) place.replaceChildren(...marks(here), ...sentence("alone", "here", here));
  for (const section of document.querySelectorAll("[data-section]")) {
    showBusy(section, others.filter((one) => one.section === section.dataset.section));
  }
}

function showBusy(section, writers) {
  const busyLine = section.querySelector("[data-busy]");
  section.classList.toggle("busy", writers.length > 0);
  if (writers.length) section.dataset.party = writers[0].party;
  else delete section.dataset.party;
  if (!busyLine) return;
  busyLine.hidden = !writers.length;
  busyLine.replaceChildren(...marks(writers), ...sentence(null, "busy", writers));
}

function sentence(none, some, here) {
  const key = here.length ? `${some}-${here.length > 1 ? "many" : "one"}` : none;
  return [key && words("presence-words", key, { names: listed(here.map(({ name }) => name)) })].filter(Boolean);
}

function marks(here) {
  return here.map(({ initials, party }) => {
    const mark = document.createElement("span");
    mark.className = "mark small";
    mark.dataset.party = party;
    mark.ariaHidden = "true";
    mark.textContent = initials;
    return mark;
  });
}

// Two tabs of one person are one person; the tab where they write is the one that counts.
function unique(here) {
  const byId = new Map();
  for (const one of here) if (!byId.get(one.id)?.section) byId.set(one.id, one);
  return [...byId.values()];
}

function tellSoon() {
  clearTimeout(telling);
  telling = setTimeout(tell, SETTLED);
}

function tell() {
  const field = document.activeElement?.closest(FIELDS);
  const section = field?.closest("[data-section]")?.dataset.section ?? null;
  if (section !== told && send({ t: "here", section })) told = section;
}

function leaveOrReturn() {
  clearTimeout(leaving);
  if (document.hidden) leaving = setTimeout(leave, HIDDEN);
  else if (away) send({ t: "back" });
  if (!document.hidden) away = false;
}

function leave() {
  away = true;
  send({ t: "away" });
}
