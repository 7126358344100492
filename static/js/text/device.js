// What this device keeps of one document: its updates, written by y-indexeddb in a database named by person, and a mark
// while this tab has something unsent. The mark's value is the address by which it can be sent, from any page.

import { IndexeddbPersistence } from "y-indexeddb";
import { database, forget, forgetUnlessOpen, holdOpen } from "../live/kept.js";

const OPENING = 3_000; // a device that does not open its database must not keep the text from being written
const TAB = crypto.randomUUID();

export class DeviceCopy {
  constructor(person, id, ydoc, address, changed) {
    Object.assign(this, { person, id, ydoc, address, changed });
    this.lock = holdOpen(person, id);
    this.store = null;
    this.left = []; // tabs, closed by now, that had left something unsent here
    this.wanted = 0;
    this.version = 0; // the newest local change known to be written
  }

  /** Loads what is kept into the document; goes on without it when the device cannot. */
  async open() {
    await soon(this.lock.held);
    this.store = new IndexeddbPersistence(database(this.person, this.id), this.ydoc);
    const failed = this.store._db.then(
      (db) => {
        // Signing out elsewhere deletes the database: the page then goes on from memory.
        db.onversionchange = () => this.#lose();
        return new Promise(() => {});
      },
      () => this.#lose(),
    );
    this.store.whenSynced.then(() => this.wanted > this.version && this.keep(this.wanted));
    await soon(Promise.race([this.store.whenSynced, failed]));
    if (this.store?.synced) this.left = await marks(this.store.db).catch(() => []);
  }

  wrote(origin) {
    return origin !== null && origin === this.store;
  }

  /**
   * Marks the document as unsent, and learns when what was typed is written. The text itself was written by
   * y-indexeddb, which says nothing of when: a transaction opened after it on the same store ends after it.
   */
  keep(version) {
    this.wanted = version;
    const { db } = this.store || {};
    if (!db || this.keeping) return;
    this.keeping = true;
    const writing = db.transaction(["updates", "custom"], "readwrite");
    writing.objectStore("custom").put(this.address, TAB);
    const done = (kept) => {
      this.keeping = false;
      if (kept) this.version = version;
      this.changed();
      if (kept && this.wanted > version) this.keep(this.wanted);
    };
    writing.oncomplete = () => done(true);
    writing.onabort = writing.onerror = () => done(false);
  }

  /** All that the document holds is on the server, so what closed tabs had left here is too. */
  unmark() {
    if (!this.store?.db || this.store._destroyed) return;
    const custom = this.store.db.transaction("custom", "readwrite").objectStore("custom");
    for (const tab of [TAB, ...this.left]) custom.delete(tab);
    this.left = [];
  }

  /** Lets go, and forgets the document if nothing unsent is in it; with `erase`, in any case. */
  async close(erase) {
    this.lock.release();
    await this.store?._db.catch(() => {});
    await (erase ? forget : forgetUnlessOpen)(this.person, this.id);
  }

  #lose() {
    this.store?.destroy();
    this.store = null;
    this.version = -1;
    this.changed();
  }
}

const soon = (promise) => Promise.race([promise, new Promise((late) => setTimeout(late, OPENING))]);

function marks(db) {
  return new Promise((found, failed) => {
    const keys = db.transaction("custom").objectStore("custom").getAllKeys();
    keys.onsuccess = () => found(keys.result);
    keys.onerror = failed;
  });
}
