// One co-edited document on this page: a Y.Doc, what the device keeps of it, and its part of the conversation.
//
//   join      STEP1 my vector → STEP2 what I lack, STEP1 the server's vector → STEP2 n what it lacks → ACK n
//   after it  UPDATE n → ACK n, and UPDATE of others
//
// Why no queue of unsent updates: what is missing is found by comparing, after any failure, and applying twice
// changes nothing. Until the server's vector has been answered no UPDATE goes out: it could lack what it builds on.
//
// `version` counts local changes, `acked` the newest known to be on the server: dirty is their difference.

import * as Y from "yjs";
import { bell } from "../bell.js";
import { ACK, AWARE, STEP1, STEP2, UPDATE, frame, number, numbered } from "../live/frames.js";
import { isUp, send } from "../live/socket.js";
import { DeviceCopy } from "./device.js";
import { MOST, grouped, split } from "./split.js";

export const REMOTE = "remote";
const CALM = 500; // so that marks are not written and taken off at each key
let numbers = 0;

export class LiveDocument {
  /**
   * @param {string} id
   * @param {string} person whose device this is
   * @param {() => void} changed told when there is something to send or to say
   * @param {string | null} address where this page's live socket is; null: a document of another page, which does not
   *   join by this page's socket
   */
  constructor(id, person, changed, address) {
    Object.assign(this, { id, person, changed, address, bell: bell() });
    this.ydoc = new Y.Doc();
    this.version = this.acked = 0;
    this.out = new Map(); // n → {version, update}, sent and not acknowledged
    this.pending = []; // local updates not sent yet
    this.backlog = []; // those that a lost line has left in doubt
    this.held = null; // frames that wait for the end of a composition
    this.ready = this.joined = this.synced = false;
    this.ended = null; // why the server has closed it
    this.device = new DeviceCopy(person, id, this.ydoc, address, changed);
    this.touched = new Set(); // the types with something unsent
    this.ydoc.on("update", (update, origin, _, { changed }) => this.#local(update, origin, changed));
    this.opened = this.#open();
  }

  get dirty() {
    return this.version > this.acked;
  }

  get kept() {
    return this.device.version >= this.version;
  }

  /** Asks what this page lacks; the answer brings the question what the server lacks. */
  join() {
    if (this.ready && !this.ended && this.address) send(frame(STEP1, this.id, Y.encodeStateVector(this.ydoc)));
  }

  /** The line is gone: what was under way is in doubt. */
  part() {
    this.joined = false;
    this.backlog = this.unacked();
    this.out.clear();
    this.pending = [];
  }

  /** Local updates that no acknowledgement covers, oldest first. */
  unacked() {
    return [...this.backlog, ...[...this.out.values()].map(({ update }) => update).filter(Boolean), ...this.pending];
  }

  hear({ kind, payload }) {
    if (this.ended) return;
    if (this.held && (kind === STEP2 || kind === UPDATE)) this.held.push({ kind, payload });
    else if (kind === STEP1) this.#asked(payload);
    else if (kind === STEP2 || kind === UPDATE) this.#learn(kind, payload);
    else if (kind === ACK) this.#acknowledged(number(payload));
    else if (kind === AWARE) this.bell.ring("aware", payload);
  }

  /** Sends what has gathered. Says whether there was something. */
  flush() {
    if (!this.joined || !isUp() || !this.pending.length) return false;
    for (const update of grouped(this.pending.splice(0))) this.#send(UPDATE, update);
    return true;
  }

  /** The frames of an HTTP exchange: my vector, and what the server is not known to have. */
  exchange(vector) {
    this.part();
    this.backlog = [];
    const diff = Y.encodeStateAsUpdate(this.ydoc, vector);
    const parts = diff.length <= MOST ? [diff] : split(this.ydoc, vector);
    return [frame(STEP1, this.id, Y.encodeStateVector(this.ydoc)), ...parts.map((part) => this.#numbered(STEP2, part))];
  }

  /** Frames for the last word of a page that goes away. */
  farewell() {
    return grouped(this.unacked()).map((update) => frame(UPDATE, this.id, numbered(++numbers, update)));
  }

  /** While a composition is open the text under it must not move. */
  hold() {
    this.held ??= [];
  }

  unhold() {
    const waiting = this.held || [];
    this.held = null;
    for (const { kind, payload } of waiting) this.hear({ kind, payload });
  }

  /** The texts with something unsent; all of them when a closed tab left it, since nothing says which. */
  unsent() {
    const texts = [...this.ydoc.share.keys()].map((root) => this.ydoc.getText(root));
    return texts.filter((text) => text.length && (!this.touched.size || this.touched.has(text))).map(String);
  }

  end(why) {
    if (this.ended) return;
    this.ended = why;
    this.part();
    this.bell.ring("ended", why);
  }

  /** Lets go of the document, and of what the device keeps of it when all is sent or, with `erase`, in any case. */
  async close(erase = false) {
    this.ended ??= "left";
    clearTimeout(this.unmarking);
    if (!this.dirty) this.device.unmark();
    this.ydoc.destroy();
    await this.device.close(erase);
  }

  async #open() {
    await this.device.open();
    if (this.device.left.length) this.device.version = ++this.version;
    if (this.dirty) this.device.keep(this.version);
    this.ready = true;
    this.bell.ring("ready");
    this.join();
    this.changed();
  }

  #local(update, origin, changed) {
    if (origin === REMOTE || this.device.wrote(origin)) return;
    for (const type of changed.keys()) this.touched.add(type);
    this.version++;
    this.pending.push(update);
    this.device.keep(this.version);
    this.changed();
  }

  #asked(vector) {
    if (!vector.length) return this.join();
    const diff = Y.encodeStateAsUpdate(this.ydoc, vector);
    this.joined = true;
    this.bell.ring("joined");
    this.backlog = [];
    this.pending = [];
    if (diff.length <= MOST) this.#send(STEP2, diff);
    else for (const update of split(this.ydoc, vector)) this.#send(UPDATE, update);
    this.changed();
  }

  #learn(kind, payload) {
    Y.applyUpdate(this.ydoc, payload, REMOTE);
    if (kind === STEP2 && !this.synced) {
      this.synced = true;
      this.bell.ring("ready");
      this.changed();
    }
  }

  #send(kind, update) {
    send(this.#numbered(kind, update));
  }

  #numbered(kind, update) {
    this.out.set(++numbers, { version: this.version, update: this.dirty ? update : null });
    return frame(kind, this.id, numbered(numbers, update));
  }

  #acknowledged(n) {
    if (!this.out.delete(n)) return;
    const waiting = [...this.out.values()].map(({ version }) => version - 1);
    const unsent = this.pending.length || this.backlog.length ? this.version - 1 : this.version;
    this.acked = Math.max(this.acked, Math.min(unsent, ...waiting));
    if (!this.dirty) this.#sent();
    this.changed();
  }

  #sent() {
    this.touched.clear();
    clearTimeout(this.unmarking);
    this.unmarking = setTimeout(() => this.dirty || this.device.unmark(), CALM);
  }
}
