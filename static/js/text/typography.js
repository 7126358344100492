// French typography, set as one types: what a keyboard gives is turned into what a printer sets.
//
//   '   → ’                         "   → «·  or  ·»  by what stands before
//   :   → ·:   (U+00A0)             ; ! ? → ›; ›! ›?  (U+202F)
//   «   → «·                        »   → ·»
//
// Only what is typed is touched, never what is already there: nothing alters a text later.

const NBSP = "\u00A0";
const NARROW = "\u202F";
const OPENS = /(^|[\s(\[{«’—–-])$/u;
const ADDRESS = /(:\/\/|www\.|@)\S*$/; // in an address no space is wanted

/**
 * What the text before the caret becomes once its last character has been typed: {cut, put}, the units to take
 * away before the caret and what to put in their place; null when nothing changes.
 */
export function typeset(before) {
  const typed = before.at(-1);
  const rest = before.slice(0, -1);
  if (typed === "'") return { cut: 1, put: "’" };
  if (typed === '"') return OPENS.test(rest) ? { cut: 1, put: `«${NBSP}` } : closing(rest, typed);
  if (typed === "«") return { cut: 1, put: `«${NBSP}` };
  if (typed === "»") return closing(rest, typed);
  if (";!?".includes(typed)) return mark(rest, typed, NARROW);
  if (typed === ":") return / $/.test(rest) ? mark(rest, ":", NBSP) : null;
  // « 9:30 » and addresses hold a colon without spaces; only the space after it tells that it was one of a sentence.
  if (typed === " " && /[\p{L}»)]:$/u.test(rest) && !ADDRESS.test(rest)) return { cut: 2, put: `${NBSP}: ` };
  return null;
}

function closing(rest, typed) {
  if (rest.endsWith(`«${NBSP}`)) return null;
  if (rest.endsWith(NBSP)) return typed === "»" ? null : { cut: 1, put: "»" };
  return { cut: rest.endsWith(" ") ? 2 : 1, put: `${NBSP}»` };
}

function mark(rest, typed, space) {
  if (ADDRESS.test(rest)) return null;
  if (/ $/.test(rest)) return { cut: 2, put: space + typed };
  return /[\p{L}\p{N}»)\]"’…%€]$/u.test(rest) ? { cut: 1, put: space + typed } : null;
}
