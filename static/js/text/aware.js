// Where the carets are. Each page tells its own, by a place in the text that moves with it; whose it is, the server says.

import * as Y from "yjs";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import { bell } from "../bell.js";
import { AWARE, frame, owned } from "../live/frames.js";
import { line, send } from "../live/socket.js";

const GAP = 100; // at least this long between two tellings

/** The carets of one document. Rings `moved`. */
export class Carets {
  constructor(doc) {
    Object.assign(this, { doc, bell: bell(), owners: new Map(), last: 0 });
    this.states = new Awareness(doc.ydoc);
    this.states.setLocalState(null);
    this.states.on("update", ({ added, updated, removed }, origin) => {
      if (origin === "local") return this.#tellSoon();
      for (const client of [...added, ...updated]) if (origin?.person) this.owners.set(client, origin.person);
      for (const client of removed) this.owners.delete(client);
      this.bell.ring("moved");
    });
    this.off = [
      doc.bell.on("aware", (payload) => this.#hear(payload)),
      line.on("join", ({ doc: id }) => id === doc.id && this.#again()),
      doc.bell.on("joined", () => this.#again()),
      line.on("up", () => this.#renew()),
      line.on("down", () => removeAwarenessStates(this.states, [...this.owners.keys()], "line")),
    ];
  }

  destroy() {
    this.off.forEach((off) => off());
    this.states.destroy();
  }

  /** My caret in a root of the document; null when I have left it. */
  tell(root, index) {
    const text = root && this.doc.ydoc.getText(root);
    const place = text && Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index));
    if (!place && !this.states.getLocalState()) return;
    this.states.setLocalState(place ? { root, place } : null);
  }

  /** Others' carets in a root: [{person, index}], one a person: the last that moved. */
  in(root) {
    const found = new Map();
    for (const [client, state] of this.states.getStates()) {
      const person = this.owners.get(client);
      const at = this.states.meta.get(client)?.lastUpdated || 0;
      if (client === this.states.clientID || !person || at < (found.get(person)?.at || 0)) continue;
      found.set(person, { person, at, root: state?.root, index: this.#index(state?.place) });
    }
    return [...found.values()].filter((one) => one.root === root && one.index !== null);
  }

  // What another browser claims may be anything.
  #index(place) {
    try {
      const position = Y.createRelativePositionFromJSON(place);
      return Y.createAbsolutePositionFromRelativePosition(position, this.doc.ydoc)?.index ?? null;
    } catch {
      return null;
    }
  }

  #hear(payload) {
    const { person, update } = owned(payload);
    try {
      applyAwarenessUpdate(this.states, update, { person });
    } catch {
      // A caret that cannot be read is not shown.
    }
  }

  // The server holds a client id to one socket, and may not know yet that the one before is dead.
  #renew() {
    const state = this.states.getLocalState();
    this.states.states.delete(this.states.clientID);
    this.states.clientID = crypto.getRandomValues(new Uint32Array(1))[0];
    this.states.setLocalState(null);
    if (state) this.states.setLocalState(state);
  }

  #again() {
    const state = this.states.getLocalState();
    if (state) this.states.setLocalState(state);
  }

  #tellSoon() {
    this.timer ??= setTimeout(() => this.#tell(), Math.max(0, this.last + GAP - Date.now()));
  }

  #tell() {
    this.timer = null;
    this.last = Date.now();
    if (this.doc.joined) send(frame(AWARE, this.doc.id, encodeAwarenessUpdate(this.states, [this.states.clientID])));
  }
}
