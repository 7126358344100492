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
      line.on("up", () => this.#again()),
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

  /** Others' carets in a root: [{person, index}]. */
  in(root) {
    const found = [];
    for (const [client, state] of this.states.getStates()) {
      if (client === this.states.clientID || state?.root !== root) continue;
      const index = this.#index(state.place);
      if (index !== null) found.push({ person: this.owners.get(client), index });
    }
    return found;
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
    send(frame(AWARE, this.doc.id, encodeAwarenessUpdate(this.states, [this.states.clientID])));
  }
}
