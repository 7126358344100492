// Networks that break sockets: every 5 s each document is compared with the server over HTTP, until a socket opens.

import { refetchAll } from "../live/regions.js";
import { setCarried } from "../live/saved.js";
import { line } from "../live/socket.js";
import { opened } from "./documents.js";
import { exchange } from "./exchange.js";

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
  const through = await Promise.all(opened().filter(({ ready, ended }) => ready && !ended).map(carry));
  if (timer === null) return;
  setCarried(through.length > 0 && through.every(Boolean));
  if (through.some(Boolean) && turns++ % 4 === 0) refetchAll();
  timer = setTimeout(turn, EVERY);
}

async function carry(doc) {
  const { status, closed } = await exchange(doc, doc.address);
  if (closed) line.ring("closed", closed);
  if (status in ENDED) line.ring("ended", ENDED[status], "");
  return status === 200;
}
