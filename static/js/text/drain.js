// Texts left unsent on this device by a page that is closed: said as such, and sent from whatever page is open, over
// HTTP, by the address that their mark keeps: this page's socket is for its own company.

import { me } from "../page.js";
import { sweep, unsentDocuments } from "../live/kept.js";
import { tellSaved, track } from "../live/saved.js";
import { line } from "../live/socket.js";
import { LiveDocument } from "./document.js";
import { opened } from "./documents.js";
import { offerUnsent } from "./ended.js";
import { exchange } from "./exchange.js";

let elsewhere = new Map();
let looking = null;

export function watchElsewhere() {
  track(() => [...elsewhere.keys()].map((id) => ({ id, dirty: true, kept: true, elsewhere: true })));
  line.on("up", carryAll);
  addEventListener("online", carryAll);
  document.addEventListener("visibilitychange", () => document.hidden || carryAll());
  return carryAll();
}

/** Finds them and sends them one after the other; deletes from the device what is whole on the server. */
export function carryAll() {
  looking ??= look().finally(() => (looking = null));
  return looking;
}

async function look() {
  if (!me()) return;
  const here = new Set(opened().map(({ id }) => id));
  elsewhere = new Map([...(await unsentDocuments(me()))].filter(([id]) => !here.has(id)));
  tellSaved();
  if (navigator.onLine) await carryEach();
  await sweep(me());
}

async function carryEach() {
  for (const [id, address] of elsewhere) {
    const pause = address ? await carry(id, address) : 0;
    if (!pause) continue;
    setTimeout(carryAll, pause); // asked to wait: the others would only be refused as well
    return;
  }
}

async function carry(id, address) {
  const doc = new LiveDocument(id, me(), () => {}, null);
  await doc.opened;
  const { status, closed, pause } = doc.dirty ? await exchange(doc, address) : { status: 200 };
  const why = closed?.why || (status === 403 ? "refused" : null);
  if (status === 200 || why) elsewhere.delete(id);
  if (why) offerUnsent(Object.assign(doc, { ended: why }), why, []);
  else await doc.close();
  tellSaved();
  return pause;
}
