// A textarea bound to one root of a document: what is typed goes into the text, what others write comes into the
// field, and neither caret moves for it. Undo takes back one's own words alone.
//
// Reads: <textarea data-ytext="root" data-doc="id" readonly>. The field opens once the document has answered, so
// that nothing can be typed into a text that is not there yet.

import * as Y from "yjs";
import { pieces, splice } from "./splice.js";
import { typeset } from "./typography.js";

const PIECE = 50_000;

export class Binding {
  constructor(field, doc) {
    Object.assign(this, { field, doc });
    this.text = doc.ydoc.getText(field.dataset.ytext);
    this.own = { field: field.id }; // the origin of what is typed here
    this.undo = new Y.UndoManager(this.text, { trackedOrigins: new Set([this.own]), captureTimeout: 500 });
    this.french = (field.closest("[lang]")?.lang || "").startsWith("fr");
    this.gone = new AbortController();
    this.open = false;
    field.readOnly = true;
    this.observer = (event, transaction) => this.#changed(event, transaction);
    this.text.observe(this.observer);
    this.off = [doc.bell.on("ready", () => this.#attach()), doc.bell.on("ended", () => this.#shut())];
    this.#listen();
    this.#attach();
  }

  destroy() {
    this.gone.abort();
    this.text.unobserve(this.observer);
    this.undo.destroy();
    this.off.forEach((off) => off());
    if (this.composing) this.doc.unhold();
    this.open = false;
  }

  // Known from the server, or from this device: an empty document that nobody has answered for is not a text.
  #attach() {
    const known = this.doc.synced || (this.doc.ready && this.doc.ydoc.store.clients.size > 0);
    if (this.open || this.doc.ended || !known) return;
    this.open = true;
    this.#show();
    this.field.readOnly = false;
  }

  #shut() {
    this.open = false;
    this.field.readOnly = true;
  }

  #listen() {
    const on = (name, act) => this.field.addEventListener(name, act, { signal: this.gone.signal });
    on("input", (event) => this.#typed(event));
    on("compositionstart", () => this.#compose());
    on("compositionend", () => this.#composed());
    on("blur", () => this.composing && this.#composed());
    on("keydown", (event) => this.#key(event));
    on("beforeinput", (event) => {
      const back = { historyUndo: "undo", historyRedo: "redo" }[event.inputType];
      if (back) this.#takeBack(event, back);
    });
  }

  #typed(event) {
    if (!this.open) return;
    this.#read();
    if (this.french && !this.composing && event.inputType === "insertText" && event.data?.length === 1) this.#set();
  }

  #read() {
    const { field } = this;
    const before = this.text.toString();
    if (field.value === before) return;
    const { at, cut, put } = splice(before, field.value, field.selectionEnd);
    const [first = "", ...more] = pieces(put, PIECE);
    this.doc.ydoc.transact(() => {
      if (cut) this.text.delete(at, cut);
      if (first) this.text.insert(at, first);
    }, this.own);
    let end = at + first.length;
    for (const piece of more) {
      this.doc.ydoc.transact(() => this.text.insert(end, piece), this.own);
      end += piece.length;
    }
  }

  // A step of its own, so that one Ctrl+Z gives back exactly what was typed.
  #set() {
    const { field } = this;
    const caret = field.selectionEnd;
    const better = typeset(field.value.slice(0, caret));
    if (!better) return;
    this.undo.stopCapturing();
    const at = caret - better.cut;
    field.setRangeText(better.put, at, caret, "end");
    this.doc.ydoc.transact(() => {
      this.text.delete(at, better.cut);
      this.text.insert(at, better.put);
    }, this.own);
    this.undo.stopCapturing();
  }

  #compose() {
    this.composing = true;
    this.doc.hold();
  }

  // Order differs between browsers: the last `input` may come before or after the end of the composition.
  #composed() {
    if (this.open) this.#read();
    this.composing = false;
    this.doc.unhold();
  }

  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "z") this.#takeBack(event, event.shiftKey ? "redo" : "undo");
    else if (key === "y" && !event.metaKey) this.#takeBack(event, "redo");
  }

  #takeBack(event, way) {
    event.preventDefault();
    if (this.open && !this.composing) this.undo[way]();
  }

  #changed(event, transaction) {
    if (!this.open || transaction.origin === this.own) return;
    const mine = transaction.origin === this.undo;
    let at = 0;
    for (const { retain = 0, insert = "", delete: cut = 0 } of event.delta) {
      at += retain;
      if (!insert && !cut) continue;
      this.field.setRangeText(insert, at, at + cut, mine ? "end" : "preserve");
      at += insert.length;
    }
    if (this.field.value !== this.text.toString()) this.#show();
    this.field.dispatchEvent(new CustomEvent("text:changed", { bubbles: true }));
  }

  #show() {
    const { field } = this;
    const now = this.text.toString();
    if (field.value === now) return;
    const { selectionStart, selectionEnd } = field;
    field.value = now;
    if (document.activeElement === field) field.setSelectionRange(selectionStart, selectionEnd);
  }
}
