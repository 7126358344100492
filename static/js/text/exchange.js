// One comparison of a document with the server over HTTP: what it lacks goes there, what I lack comes back.

import { postAddress } from "../live/carrier.js";
import { ACK, STEP1, STEP2, packed, unframe, unpacked } from "../live/frames.js";

const PATIENCE = 8_000; // a server that takes the question and does not answer is as good as none

/** {status, closed, pause}: status 0 when the network did not carry it; closed: the frame that ends the document here;
    pause: milliseconds that the server asks us to wait, having been asked too much (429). */
export async function exchange(doc, address) {
  try {
    const body = packed(doc.exchange(doc.vector));
    const headers = { "Content-Type": "application/octet-stream" };
    const asked = { method: "POST", body, headers, mode: "same-origin", signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch(postAddress(address, doc.id), asked);
    if (answer.status === 410) return { status: 410, closed: await answer.json() };
    if (answer.ok) unpacked(new Uint8Array(await answer.arrayBuffer())).map(unframe).forEach((heard) => take(doc, heard));
    return { status: answer.status, pause: asksToWait(answer) };
  } catch {
    return { status: 0 };
  }
}

const asksToWait = ({ status, headers }) => (status === 429 ? Number(headers.get("Retry-After")) * 1_000 || 0 : 0);

// The server's vector is kept, to send only what it lacks next time.
function take(doc, heard) {
  if (heard?.kind === STEP1) doc.vector = heard.payload.slice();
  else if (heard?.kind === STEP2 || heard?.kind === ACK) doc.hear(heard);
}
