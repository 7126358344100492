// Texts left unsent on this device by a page that is closed: said as such, and sent from whatever page is open.

import { me } from "../page.js";
import { sweep, unsentDocuments } from "../live/kept.js";
import { isUp, line } from "../live/socket.js";
import { tellSaved, track } from "../live/saved.js";
import { closeDocument, openDocument, opened } from "./documents.js";
import { offerUnsent } from "./ended.js";

let elsewhere = [];
let looking = false;

export function watchElsewhere() {
  track(() => elsewhere.map((id) => ({ id, dirty: true, kept: true, elsewhere: true })));
  line.on("up", look);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  look();
}

/** Finds them, deletes from the device what is whole on the server, and sends the rest one after the other. */
async function look() {
  if (!me() || looking) return;
  looking = true;
  try {
    const here = new Set(opened().map(({ id }) => id));
    elsewhere = (await unsentDocuments(me())).filter((id) => !here.has(id));
    tellSaved();
    for (const id of [...elsewhere]) if (isUp()) await carry(id);
    await sweep(me());
  } finally {
    looking = false;
  }
}

async function carry(id) {
  const doc = openDocument(id);
  await doc.opened;
  const how = await new Promise((settled) => {
    const timer = setTimeout(() => settled("late"), 10_000);
    const off = line.on("down", () => settled("down"));
    doc.bell.on("ended", settled);
    const seen = setInterval(() => doc.dirty || settled("sent"), 100);
    doc.bell.on("settled", () => {
      clearTimeout(timer);
      clearInterval(seen);
      off();
    });
  });
  doc.bell.ring("settled");
  if (doc.field) return void (elsewhere = elsewhere.filter((one) => one !== id)); // bound to a field meanwhile
  if (how === "late" || how === "down") return closeDocument(id);
  elsewhere = elsewhere.filter((one) => one !== id);
  if (how === "sent") await closeDocument(id);
  else offerUnsent(doc, how, []);
  tellSaved();
}
