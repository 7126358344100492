// The page's one socket. Rings `up`, `down`, `binary` (a frame), each text frame by its `t`, `blocked` when
// sockets do not get through although the network is there, and `ended` (code, reason) when there is no coming back.
//
// Why it closes itself on `offline`: Chromium leaves an open socket open, and what is written into it is lost.

import { bell } from "../bell.js";
import { patience } from "./patience.js";

export const line = bell();

const PING = 15_000;
const DEAD = 30_000; // after an unanswered ping: 45 s in all
const AWAKE = 5_000;
const OPENING = 15_000;
const HELD = 60_000; // a line that held for so long is a good one
const ENDED = new Set([4401, 4403, 4409]); // signed out, no access any more, page too old

let address;
let socket = null;
let up = false;
let stopped = false;
let tries = 0;
let failures = 0;
let faults = 0; // closes by which the server refused what this page had sent
let retry;
let since = 0;
let asked = 0; // when the ping that nobody has answered was sent

export const isUp = () => up;

export function connect(url) {
  address = new URL(url);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  setInterval(beat, PING);
  addEventListener("online", again);
  addEventListener("focus", again);
  addEventListener("pageshow", again);
  addEventListener("offline", () => drop());
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  dial();
}

/** Sends if the line is up, and says whether it did. There is no queue: what was not sent is found by comparing. */
export function send(data) {
  if (!up) return false;
  socket.send(data instanceof Uint8Array ? data : JSON.stringify(data));
  return true;
}

/** After a new sign-in. */
export function reopen() {
  stopped = false;
  again();
}

/** For good: before signing out. */
export function hangUp() {
  stopped = true;
  drop();
}

function dial() {
  clearTimeout(retry);
  if (socket || stopped || !navigator.onLine) return;
  const mine = (socket = new WebSocket(address));
  mine.binaryType = "arraybuffer";
  mine.onopen = () => {
    up = true;
    since = Date.now();
    asked = 0;
    failures = 0;
    line.ring("up");
  };
  mine.onmessage = ({ data }) => hear(data);
  setTimeout(() => mine === socket && !up && redial(), OPENING);
  mine.onclose = ({ code, reason }) => mine === socket && lost(code, reason);
}

function hear(data) {
  asked = 0;
  if (typeof data !== "string") return line.ring("binary", new Uint8Array(data));
  let message;
  try {
    message = JSON.parse(data);
  } catch {
    return;
  }
  // Only a greeting proves that the server wants us: a door that opens and shuts at once must not be rattled.
  if (message.t === "hello") tries = 0;
  line.ring(message.t, message);
}

function lost(code, reason) {
  const was = up;
  socket = null;
  up = false;
  if (was && Date.now() - since > HELD) faults = 0;
  if (!was && navigator.onLine && ++failures >= 3) line.ring("blocked");
  line.ring("down");
  if (ENDED.has(code)) {
    stopped = true;
    line.ring("ended", code, reason);
  } else if (!stopped) {
    // What was refused once may be refused again: it is asked again, but not at once.
    if (code >= 4400 || code === 1008 || code === 1009) faults = Math.min(faults + 1, 3);
    retry = setTimeout(dial, patience(tries++ + 2 * faults));
  }
}

/** Lets go of a socket that is open in name only; its late events are not heard. */
function drop() {
  clearTimeout(retry);
  const old = socket;
  if (!old) return;
  old.onmessage = null;
  lost(1000, "");
  clearTimeout(retry);
  old.close();
}

function redial() {
  drop();
  dial();
}

function again() {
  if (!socket && !stopped) dial();
}

// After a sleep a socket may be open in name only. A ping from before tells nothing: only one sent now does.
function wake() {
  again();
  if (!up) return;
  asked = Date.now();
  send({ t: "ping" });
  const sent = asked;
  setTimeout(() => up && asked === sent && redial(), AWAKE);
}

function beat() {
  if (!up) return;
  if (asked && Date.now() - asked > DEAD) redial();
  else {
    asked ||= Date.now();
    send({ t: "ping" });
  }
}
