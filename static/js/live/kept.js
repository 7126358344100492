// What this device keeps of a person's texts: one database per document, `trialogue:<person>:<document>`, as
// y-indexeddb lays it out (stores `updates` and `custom`). A key in `custom` is a tab that has something unsent; its value
// the live address of that tab's page, by which it can be sent.
//
// Why marks in the same database as the text: they are durable together; a mark kept elsewhere could be lost in a
// power cut that spared the text, and the text be taken for sent.
// Why a lock per document: a database that a tab has open must not be deleted under it.

const PATIENCE = 2_000;

export const database = (person, doc) => `trialogue:${person}:${doc}`;

/** Documents of this person kept on this device. */
export async function keptDocuments(person) {
  const prefix = database(person, "");
  const all = (await globalThis.indexedDB?.databases?.().catch(() => [])) || [];
  return all.map(({ name }) => name).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Documents with something unsent, as their databases say: document → live address of the page that left it. */
export async function unsentDocuments(person) {
  const unsent = new Map();
  for (const doc of await keptDocuments(person)) {
    const marks = await marksOf(database(person, doc));
    if (marks.length) unsent.set(doc, marks.at(-1));
  }
  return unsent;
}

/** What is whole on the server and open nowhere leaves the device. */
export async function sweep(person) {
  for (const doc of await keptDocuments(person)) {
    if (!(await hasMarks(person, doc))) await forgetUnlessOpen(person, doc, { ifAvailable: true });
  }
}

/**
 * Deletes what no tab has open and nothing unsent is in; else leaves it to a later page.
 * Waiting for the lock would keep a new tab from its document: only who has just let go of it waits.
 */
export async function forgetUnlessOpen(person, doc, how = { signal: AbortSignal.timeout(PATIENCE) }) {
  const act = async (lock) => lock && !(await hasMarks(person, doc)) && forget(person, doc);
  await navigator.locks?.request(database(person, doc), how, act).catch(() => {});
}

/** Deletes one document from the device. A tab that still has it open delays it, and then it is not waited for. */
export function forget(person, doc) {
  return new Promise((done) => {
    const asked = indexedDB.deleteDatabase(database(person, doc));
    asked.onsuccess = asked.onerror = () => done();
    setTimeout(done, PATIENCE);
  });
}

/** Deletes all that this device keeps of one person, and of nobody else. */
export async function forgetAll(person) {
  await Promise.all((await keptDocuments(person)).map((doc) => forget(person, doc)));
}

/** Says that this tab has the document open: {held, release}; `held` is settled once no other tab can delete it. */
export function holdOpen(person, doc) {
  if (!navigator.locks) return { held: Promise.resolve(), release() {} };
  let release;
  const until = new Promise((resolve) => (release = resolve));
  const held = new Promise((resolve) => {
    const hold = () => (resolve(), until);
    navigator.locks.request(database(person, doc), { mode: "shared" }, hold).catch(resolve);
  });
  return { held, release };
}

const hasMarks = async (person, doc) => (await marksOf(database(person, doc))).length > 0;

/** Unreadable marks count as one: what may be unsent is not deleted. */
function marksOf(name) {
  return new Promise((found) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => found([""]);
    opening.onsuccess = () => {
      const db = opening.result;
      const tell = (marks) => {
        db.close();
        found(marks);
      };
      if (!db.objectStoreNames.contains("custom")) return tell([]);
      const marks = db.transaction("custom").objectStore("custom").getAll();
      marks.onsuccess = () => tell(marks.result);
      marks.onerror = () => tell([""]);
    };
  });
}
