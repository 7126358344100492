// The parts of the scripts that need no page. Run by tests/live/test_scripts.py: node --test.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as frames from "../../../static/js/live/frames.js";
import { patience } from "../../../static/js/live/patience.js";
import { length, overAt } from "../../../static/js/text/limits.js";
import { pieces, splice } from "../../../static/js/text/splice.js";
import { split, Y } from "./yjs.mjs";
import { typeset } from "../../../static/js/text/typography.js";

const spliced = (before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut);

test("a splice makes the one text of the other, where the caret is", () => {
  assert.deepEqual(splice("aaa", "aaaa", 2), { at: 1, cut: 0, put: "a" });
  assert.deepEqual(splice("aaaa", "aaa", 1), { at: 1, cut: 1, put: "" });
  assert.deepEqual(splice("abc", "abc", 3), { at: 3, cut: 0, put: "" });
  const letters = ["a", "b", "é", "😀", "👩‍👧", "\n"];
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let run = 0; run < 2000; run++) {
    const before = Array.from({ length: random(8) }, () => letters[random(6)]).join("");
    const after = Array.from({ length: random(8) }, () => letters[random(6)]).join("");
    const cut = splice(before, after, random(after.length + 1));
    assert.equal(spliced(before, cut), after);
  }
});

test("a splice never cuts a character of two units", () => {
  const { at, cut, put } = splice("x😀", "x😁", 3); // the same first half
  assert.deepEqual({ at, cut, put }, { at: 1, cut: 2, put: "😁" });
  assert.deepEqual(pieces("a😀b", 2), ["a", "😀", "b"]);
});

test("French typography is set as one types", () => {
  const typed = (text) => {
    let out = "";
    for (const letter of text) {
      out += letter;
      const better = typeset(out);
      if (better) out = out.slice(0, -better.cut) + better.put;
    }
    return out;
  };
  assert.equal(typed(`l'"ami" d'Inès : vrai ? oui! non;`), "l’« ami » d’Inès : vrai ? oui ! non ;".replace(/« | »| :/g, (s) => s.replace(" ", "\u00A0")).replace(/ (?=[?!;])/g, "\u202F"));
  assert.equal(typed("Départ: 9:30 http://a.fr?b=1 x@y.fr"), "Départ\u00A0: 9:30 http://a.fr?b=1 x@y.fr");
  assert.equal(typed("« dit-elle »"), "«\u00A0 dit-elle\u00A0»".replace("\u00A0 ", "\u00A0 "));
  assert.equal(typed("quoi ?!"), "quoi\u202F?!");
});

test("a length is that of the canonical text", () => {
  assert.equal(length("  a\u00A0\u202F b\n\nc  "), 5);
  assert.equal(length("e\u0301😀"), 2);
  assert.equal(overAt("abcdef", 6), null);
  assert.equal(overAt("abcdef", 4), 4);
});

test("frames are read as they are written", () => {
  const doc = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
  const sent = frames.frame(frames.UPDATE, doc, frames.numbered(70_000, Uint8Array.of(1, 2)));
  const heard = frames.unframe(sent);
  assert.deepEqual([heard.kind, heard.doc, frames.number(heard.payload)], [frames.UPDATE, doc, 70_000]);
  assert.equal(frames.unframe(Uint8Array.of(1, 36, 0)), null);
  assert.deepEqual(frames.unpacked(frames.packed([sent, sent])), [sent, sent]);
});

test("patience doubles, within its limits", () => {
  assert.equal(patience(0, 0.5), 300);
  assert.equal(patience(3, 0.5), 2400);
  assert.equal(Math.round(patience(30, 0)), 14_000);
  assert.equal(Math.round(patience(30, 1)), 26_000);
});

test("a difference too large for a frame is cut into parts that build on each other", () => {
  const theirs = new Y.Doc();
  theirs.getText("wording").insert(0, "Début. ");
  const vector = Y.encodeStateVector(theirs);
  const mine = new Y.Doc();
  Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
  const text = mine.getText("wording");
  for (let i = 0; i < 50; i++) text.insert(text.length, `mot${i} é😀 `.repeat(20));
  text.delete(3, 400);
  const parts = split(mine, vector, 1000);
  assert.ok(parts.length > 5);
  for (const part of parts) {
    Y.applyUpdate(theirs, part);
    assert.equal(theirs.store.pendingStructs, null);
  }
  assert.equal(theirs.getText("wording").toString(), text.toString());
});
