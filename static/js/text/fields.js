// Each co-edited field of the page: bound to its document, its carets and limit drawn; unbound when it leaves.

import { person, people } from "../live/presence.js";
import { Carets } from "./aware.js";
import { Binding } from "./binding.js";
import { closeDocument, openDocument } from "./documents.js";
import { tellLimit } from "./limits.js";
import { offerUnsent, reopenAfterRefetch } from "./ended.js";
import { Overlay } from "./overlay.js";

const fields = new Map(); // textarea → {doc, binding, overlay, off}
const carets = new Map(); // document id → Carets

export function bindFields() {
  for (const [field, { doc }] of fields) if (!field.isConnected || field.dataset.doc !== doc.id) unbind(field);
  for (const field of document.querySelectorAll("textarea[data-ytext][data-doc]")) if (!fields.has(field)) bind(field);
  const used = new Set([...fields.values()].map(({ doc }) => doc));
  for (const [id, { doc, states }] of carets) {
    if (used.has(doc)) continue;
    carets.delete(id);
    states.destroy();
    // A document whose last words are not sent stays open, unseen, until they are.
    if (!doc.dirty && !doc.ended) closeDocument(id);
  }
}

export function watchFields() {
  document.addEventListener("htmx:after:swap", bindFields);
  document.addEventListener("selectionchange", () => tellCaret(document.activeElement));
  document.addEventListener("focusout", () => setTimeout(tellCaret));
  people.on("changed", () => fields.forEach(({ draw }) => draw()));
  bindFields();
}

function bind(field) {
  const doc = openDocument(field.dataset.doc);
  doc.field ??= field;
  if (!carets.has(doc.id)) {
    carets.set(doc.id, { doc, states: new Carets(doc) });
    doc.bell.on("ended", (why) => ended(doc, why));
  }
  const { states } = carets.get(doc.id);
  const overlay = new Overlay(field);
  const binding = new Binding(field, doc);
  const draw = () => overlay.draw({ carets: named(states.in(field.dataset.ytext)), over: tellLimit(field) });
  const off = [states.bell.on("moved", draw), doc.bell.on("ready", draw)];
  for (const name of ["input", "text:changed"]) field.addEventListener(name, draw, { signal: binding.gone.signal });
  fields.set(field, { doc, binding, overlay, draw, off });
  draw();
}

function unbind(field) {
  const { binding, overlay, off } = fields.get(field);
  fields.delete(field);
  off.forEach((stop) => stop());
  overlay.destroy();
  binding.destroy();
}

// Only who is in the roster is named: somebody who hides from me has no caret here.
function named(found) {
  return found.flatMap(({ person: id, index }) => {
    const one = person(id);
    return one ? [{ index, name: one.name, party: one.party }] : [];
  });
}

function tellCaret(focused = document.activeElement) {
  for (const [id, { states }] of carets) {
    const mine = fields.get(focused)?.doc.id === id && fields.get(focused).binding.open;
    states.tell(mine ? focused.dataset.ytext : null, mine ? focused.selectionEnd : 0);
  }
}

function ended(doc, why) {
  const mine = [...fields].filter(([, one]) => one.doc === doc).map(([field]) => field);
  if (why === "access") return; // the whole page ends, and says so itself
  offerUnsent(doc, why, mine);
  mine.forEach(reopenAfterRefetch);
}
