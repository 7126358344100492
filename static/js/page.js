// What the page says about itself, and the words it lends.
//
// Reads: <body data-me data-schema hx-headers:inherited>, <main data-live>, <template id="…-words">.
// Why words come from templates: they are in the reader's language there, and a script has none.

const HEADERS = "hx-headers:inherited";

/** Key of the person who reads this page, or null when nobody is signed in. */
export const me = () => document.body.dataset.me || null;

/** Address of the live socket of this page, or null on pages that have none. */
export function liveAddress() {
  const live = document.querySelector("main[data-live]")?.dataset.live;
  if (!live) return null;
  const url = new URL(live, location.href);
  url.searchParams.set("v", document.body.dataset.schema || "1");
  return url;
}

export const token = () => headers()["X-CSRF-Token"] || "";

/** A new sign-in has a new token: everything on the page that would post the old one takes it. */
export function renewToken(fresh) {
  document.body.setAttribute(HEADERS, JSON.stringify({ ...headers(), "X-CSRF-Token": fresh }));
  for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = fresh;
}

/** A copy of what stands under data-word="key" in a template, its {holes} filled; null when the page has none. */
export function words(template, key, holes = {}) {
  const source = document.getElementById(template)?.content.querySelector(`[data-word="${key}"]`);
  return source ? fill(source.cloneNode(true), holes) : null;
}

/** The whole content of a template, its holes filled. */
export function wording(template, holes = {}) {
  const source = document.getElementById(template);
  return source ? fill(document.importNode(source.content, true), holes) : null;
}

/** Names as the reader's language lists them: « Inès, Marc et Hélène ». */
export const listed = (names) => new Intl.ListFormat(document.documentElement.lang || "fr").format(names);

function fill(node, holes) {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/\{(\w+)\}/g, (hole, name) => holes[name] ?? hole);
  }
  return node;
}

function headers() {
  try {
    return JSON.parse(document.body.getAttribute(HEADERS) || "{}");
  } catch {
    return {};
  }
}
