// The one piece by which a text has become another, found from where the caret stands.

/**
 * {at, cut, put}: at `at`, `cut` UTF-16 units went and `put` came.
 *
 * The caret decides between equal readings: « a » typed into « aa » is put where it was typed, so that the carets of
 * others stay where they are. A character of two units (emoji) is never cut in its middle: Yjs would spoil it.
 */
export function splice(before, after, caret = after.length) {
  const shorter = Math.min(before.length, after.length);
  let end = 0;
  while (end < Math.min(shorter, after.length - caret) && same(before, after, -1 - end)) end++;
  let at = 0;
  while (at < shorter - end && before[at] === after[at]) at++;
  while (end < shorter - at && same(before, after, -1 - end)) end++;
  if (at && highHalf(before, at - 1)) at--;
  if (end && lowHalf(before, before.length - end)) end--;
  return { at, cut: before.length - end - at, put: after.slice(at, after.length - end) };
}

/** Pieces of at most `size` units, so that no single update is too large to be sent. */
export function pieces(text, size) {
  const all = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + size, text.length);
    if (to < text.length && highHalf(text, to - 1)) to--;
    all.push(text.slice(from, to));
    from = to;
  }
  return all;
}

const same = (a, b, index) => a.at(index) === b.at(index);
const highHalf = (text, index) => /[\uD800-\uDBFF]/.test(text[index] || "");
const lowHalf = (text, index) => /[\uDC00-\uDFFF]/.test(text[index] || "");
