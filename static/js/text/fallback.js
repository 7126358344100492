// Networks that break sockets: every 5 s each document is compared with the server over HTTP, until a socket opens.
// Asked to wait (429), it waits as long; what is not sent meanwhile is on the device, and the line says so.

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
  const answers = await Promise.all(opened().filter(({ ready, ended }) => ready && !ended).map(carry));
  if (timer === null) return;
  const through = answers.map(({ status }) => status === 200);
  setCarried(through.length > 0 && through.every(Boolean));
  if (through.some(Boolean) && turns++ % 4 === 0) refetchAll();
  timer = setTimeout(turn, Math.max(EVERY, ...answers.map(({ pause }) => pause || 0)));
}

async function carry(doc) {
  const answer = await exchange(doc, doc.address);
  if (answer.closed) line.ring("closed", answer.closed);
  if (answer.status in ENDED) line.ring("ended", ENDED[answer.status], "");
  return answer;
}
