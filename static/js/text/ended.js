// A document that the server has closed on this page: frozen, replaced, withdrawn, refused. The rest of the page goes on.
//
// The field becomes read-only, its region is shown anew (with the next document, if there is one), and what had not
// reached the server stays in a notice at the head of the region until its author has done with it.
// Words: #closed-words (one per reason, and `unsent` with [data-text], [data-copy]).

import { words } from "../page.js";
import { refetchOne, regionOf } from "../live/regions.js";
import { closeDocument } from "./documents.js";

const notices = new Set(); // {notice, region id}: put back when a swap has taken them away

document.addEventListener("htmx:after:swap", () => notices.forEach(place));

/**
 * Shows why, to who was writing there, and what was not sent; the device forgets it when its author closes the notice,
 * at once if all was sent.
 */
export function offerUnsent(doc, why, fields) {
  const texts = doc.dirty ? doc.unsent() : [];
  if (!texts.length) leave(doc);
  if (!texts.length && !fields.includes(document.activeElement)) return;
  const notice = words("closed-words", why) || document.createElement("div");
  notice.id = `ended-${doc.id}`; // so that no morph takes it for something of the server's
  const region = regionOf(fields[0])?.id;
  const entry = { notice, region };
  notices.add(entry);
  const done = () => {
    notices.delete(entry);
    notice.remove();
    leave(doc);
  };
  for (const text of texts) notice.append(...offered(text));
  notice.querySelectorAll("[data-dismiss]").forEach((button) => button.addEventListener("click", done));
  if (notice.childNodes.length) place(entry);
  else notices.delete(entry);
}

// A document of another page is not among this page's.
const leave = (doc) => (doc.address ? closeDocument(doc.id, true) : doc.close(true));

/** The server decides what stands in the place of the field: its host lets the next morph in. */
export function reopenAfterRefetch(field) {
  field.readOnly = true;
  field.closest("[hx-morph-skip]")?.removeAttribute("hx-morph-skip");
  const region = regionOf(field);
  if (region) refetchOne(region);
}

function offered(text) {
  const unsent = words("closed-words", "unsent");
  if (!unsent) return [];
  const quote = unsent.querySelector("[data-text]");
  if (quote) quote.textContent = text;
  unsent.querySelector("[data-copy]")?.addEventListener("click", () => copy(text, quote));
  return [unsent];
}

// Where the clipboard is refused, the text is selected: one key copies it.
async function copy(text, quote) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (quote) getSelection().selectAllChildren(quote);
  }
}

function place({ notice, region }) {
  if (notice.isConnected) return;
  const where = (region && document.getElementById(region)) || document.querySelector("main");
  where?.prepend(notice);
}
