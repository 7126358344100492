// Networks that break sockets: every 5 s each document is compared with the server over HTTP, until a socket opens.

import { ACK, STEP1, STEP2, packed, unframe, unpacked } from "../live/frames.js";
import { postAddress } from "../live/carrier.js";
import { refetchAll } from "../live/regions.js";
import { setCarried } from "../live/saved.js";
import { line } from "../live/socket.js";
import { opened } from "./documents.js";

const EVERY = 5_000;
const ENDED = { 401: 4401, 403: 4403, 409: 4409 };
let timer = null;
let turns = 0;

export function watchFallback() {
  line.on("blocked", () => (timer ??= setTimeout(turn, 0)));
  line.on("up", stop);
  line.on("ended", stop);
}

function stop() {
  clearTimeout(timer);
  timer = null;
  setCarried(false);
}

async function turn() {
  const through = await Promise.all(opened().filter(({ ready, ended }) => ready && !ended).map(exchange));
  if (timer === null) return;
  setCarried(through.length > 0 && through.every(Boolean));
  if (through.some(Boolean) && turns++ % 4 === 0) refetchAll();
  timer = setTimeout(turn, EVERY);
}

async function exchange(doc) {
  try {
    const body = packed(doc.exchange(doc.vector));
    const headers = { "Content-Type": "application/octet-stream" };
    const answer = await fetch(postAddress(doc.id), { method: "POST", body, headers, mode: "same-origin" });
    if (answer.status === 410) line.ring("closed", await answer.json());
    if (answer.status in ENDED) line.ring("ended", ENDED[answer.status], "");
    if (!answer.ok) return false;
    for (const heard of unpacked(new Uint8Array(await answer.arrayBuffer())).map(unframe)) take(doc, heard);
    return true;
  } catch {
    return false;
  }
}

// The server's vector is kept to send only what it lacks next time; its question is answered by the next turn.
function take(doc, heard) {
  if (heard?.kind === STEP1) doc.vector = heard.payload.slice();
  else if (heard?.kind === STEP2 || heard?.kind === ACK) doc.hear(heard);
}
