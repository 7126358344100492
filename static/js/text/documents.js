// The documents open on this page, and what carries them: frames in, gathered updates out, the last word at the end.
//
// Why 15 ms: keys typed together travel together. Why 40 ms at least between two sendings: a page sends at most
// 25 updates a second, below what the server takes from one member.

import { liveAddress, me } from "../page.js";
import { packed, unframe } from "../live/frames.js";
import { postAddress } from "../live/carrier.js";
import { line } from "../live/socket.js";
import { tellSaved, track } from "../live/saved.js";
import { LiveDocument } from "./document.js";

const GATHER = 15;
const GAP = 40;
const DOUBT = 5_000;
const documents = new Map();
const address = liveAddress()?.href ?? null;
let timer = null;
let last = 0;
let doubted = 0;

export const opened = () => [...documents.values()];

/** The document, opened on this page if it was not. */
export function openDocument(id) {
  if (!documents.has(id)) documents.set(id, new LiveDocument(id, me(), changed, address));
  return documents.get(id);
}

export async function closeDocument(id, erase) {
  const doc = documents.get(id);
  documents.delete(id);
  tellSaved();
  await doc?.close(erase);
}

export function watchDocuments() {
  line.on("up", () => opened().forEach((doc) => doc.join()));
  line.on("down", () => opened().forEach((doc) => doc.part()));
  line.on("binary", (bytes) => {
    const heard = unframe(bytes);
    if (heard) take(documents.get(heard.doc), heard);
  });
  line.on("closed", ({ doc, why }) => documents.get(doc)?.end(why));
  addEventListener("pagehide", sayFarewell);
  track(() => opened().map(said));
}

/** Sends now what has gathered, without waiting. */
export function flush() {
  clearTimeout(timer);
  timer = null;
  last = Date.now();
  for (const doc of opened()) doc.flush();
}

// A frame that cannot be read is in doubt like one that was lost: the document is compared again, but not in a circle.
function take(doc, heard) {
  try {
    doc?.hear(heard);
  } catch {
    if (Date.now() - doubted > DOUBT) doc.join();
    doubted = Date.now();
  }
}

function changed() {
  timer ??= setTimeout(flush, Math.max(GATHER, last + GAP - Date.now()));
  tellSaved();
}

function said({ id, dirty, kept, ready, ended, field }) {
  return { id, dirty, kept, known: ready, still: Boolean(ended), field };
}

// A page that goes away cannot wait for an answer; the browser carries this after it. What is sent twice is one.
function sayFarewell() {
  flush();
  for (const doc of opened()) {
    const frames = doc.dirty && !doc.ended ? doc.farewell() : [];
    if (frames.length) navigator.sendBeacon(postAddress(address, doc.id), packed(frames));
  }
}
