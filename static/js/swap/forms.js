// Forms and the swaps that answer them.
//
// Autosave (form[hx-sync], posted at each change): counts as unsaved until answered; when nobody answers it keeps
// what was typed and is sent again. Other forms: emptied once accepted, kept as typed otherwise, and not left unasked.

import { replay } from "../sign/replay.js";
import { line } from "../live/socket.js";
import { tellSaved, track } from "../live/saved.js";

const AGAIN = 5_000;
const waiting = new Map(); // autosave form → its request, or null while it is on its way
let timer;
let submitting = false;

export function watchForms() {
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => mark(ctx, null));
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => settled(ctx));
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => empty(ctx));
  line.on("up", again);
  track(() => [...waiting.keys()].map((form) => ({ id: form.id, dirty: true, kept: false, field: fieldOf(form) })));
  addEventListener("submit", (event) => setTimeout(() => (submitting = !event.defaultPrevented)));
  addEventListener("beforeunload", (leaving) => {
    const open = [...document.querySelectorAll("main textarea"), document.activeElement];
    if (!submitting && open.some(typed)) leaving.preventDefault();
    submitting = false;
  });
}

function mark(ctx, request) {
  const form = ctx.sourceElement;
  if (ctx.request.method === "GET" || !form?.matches?.("form[hx-sync]")) return;
  waiting.set(form, request);
  form.toggleAttribute("data-unsent", request !== null);
  form.toggleAttribute("hx-morph-skip", request !== null); // what was typed is the only copy
  tellSaved();
}

// 401 is not an answer either: the sign-in sends it again. 429 and 5xx: later.
function settled(ctx) {
  const form = ctx.sourceElement;
  if (ctx.request.method === "GET" || !waiting.has(form)) return;
  const { status = 0 } = ctx.response || {};
  if (status >= 200 && status < 500 && status !== 401 && status !== 429) {
    waiting.delete(form);
    tellSaved();
  } else {
    mark(ctx, ctx);
    clearTimeout(timer);
    if (status !== 401) timer = setTimeout(again, AGAIN);
  }
}

function again() {
  clearTimeout(timer);
  for (const [form, request] of [...waiting]) {
    if (!form.isConnected) waiting.delete(form);
    else if (request) replay(request);
  }
  tellSaved();
}

function empty({ sourceElement, request, response }) {
  const form = sourceElement?.closest?.("form");
  if (request.method === "GET" || !form?.isConnected || form.matches("[hx-sync]") || response.status >= 400) return;
  form.reset();
}

const TYPED = "main :is(input:not([type=hidden],[type=checkbox],[type=radio]),textarea):not([data-ytext])";
const typed = (field) => field?.matches?.(TYPED) && field.value !== field.defaultValue;
const fieldOf = (form) => form.querySelector(".input,input:not([type=hidden])");
