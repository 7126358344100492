// Soft limits: text beyond is kept, marked, counted; initials are refused until it is shortened.
//
// Reads: data-limit on the textarea, [data-count-for=<id>] beside it. Words: #limit-words (left, over; {count}).
// A length is that of the canonical text, as the server counts it: NFC, any run of white space is one, ends trimmed.

import { words } from "../page.js";
import { say } from "../ui/said.js";

const NEAR = 0.9;

export const length = (text) => [...text.normalize("NFC").trim().replace(/\s+/g, " ")].length;

/** Where the text passes its limit, in UTF-16 units, or null. */
export function overAt(text, limit) {
  if (length(text) <= limit) return null;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (length(text.slice(0, middle)) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Tells how much is left or too much, and gives where the excess begins. */
export function tellLimit(field) {
  const limit = Number(field.dataset.limit);
  if (!limit) return null;
  const over = overAt(field.value, limit);
  const used = length(field.value);
  const said = words("limit-words", over === null ? "left" : "over", { count: Math.abs(limit - used) });
  const counter = document.querySelector(`[data-count-for="${CSS.escape(field.id)}"]`);
  if (counter) {
    counter.hidden = used < limit * NEAR;
    counter.toggleAttribute("data-over", over !== null);
    counter.replaceChildren(...(said ? said.cloneNode(true).childNodes : []));
  }
  const was = field.hasAttribute("data-over");
  field.toggleAttribute("data-over", over !== null);
  if (over !== null && !was && said) say(said.textContent);
  if (over !== null) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  return over;
}
