// What goes into one frame: small updates merged as far as it holds them, and a difference too large for it cut into
// several that build on each other.
//
// Why through snapshots: Yjs can say what lies after a vector, not what lies between two; a document cut at a vector
// can. It costs a copy of the document, and happens only when much was pasted and never sent.

import * as Y from "yjs";

export const MOST = 200_000; // bytes of an update: the server takes 256 kB
const STEP = 50_000; // clock units, one per UTF-16 unit of text: at most 150 kB

/** Updates, in order, that bring a holder of `vector` (encoded) to the state of `ydoc`. */
export function split(ydoc, vector, step = STEP) {
  const whole = new Y.Doc({ gc: false });
  Y.applyUpdate(whole, Y.encodeStateAsUpdate(ydoc));
  const has = Y.decodeStateVector(vector);
  const wants = Y.decodeStateVector(Y.encodeStateVector(whole));
  const parts = [];
  let from = vector;
  for (const [client, end] of wants) {
    for (let at = (has.get(client) || 0) + step; at < end; at += step) {
      has.set(client, at);
      const cut = Y.createDocFromSnapshot(whole, Y.createSnapshot(Y.createDeleteSet(), new Map(has)));
      parts.push(Y.encodeStateAsUpdate(cut, from));
      from = Y.encodeStateVector(cut);
      cut.destroy();
    }
    has.set(client, end);
  }
  parts.push(Y.encodeStateAsUpdate(whole, from));
  whole.destroy();
  return parts;
}

/** Updates merged as far as a frame holds them. */
export function grouped(updates) {
  const groups = [];
  let size = Infinity;
  for (const update of updates) {
    if (size + update.length > MOST) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1).push(update);
    size += update.length;
  }
  return groups.map((group) => (group.length > 1 ? Y.mergeUpdates(group) : group[0]));
}
