// Signing out: what is unsent is sent first; if it cannot be, it is said how many texts would be lost, and asked.
// Then this person's databases leave this device, and no one else's.
//
// Reads: form[data-sign-out]. Words: #sign-out-words (one, many with {count}; [data-confirm], [data-cancel]).

import { me, wording } from "../page.js";
import { forgetAll, unsentDocuments } from "../live/kept.js";
import { saving, unsaved } from "../live/saved.js";
import { hangUp } from "../live/socket.js";
import { openWith } from "../ui/dialogs.js";

const PATIENCE = 3_000;
let leaving = false;

export function watchSignOut() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest?.("form[data-sign-out]");
    if (!form || !me() || leaving) return;
    event.preventDefault();
    event.stopPropagation();
    await Promise.all([allSent(), elsewhereSent()]);
    const left = await count();
    if (left && !(await agreed(left))) return;
    leaving = true;
    hangUp();
    saving.ring("forgotten");
    await forgetAll(me());
    form.submit();
  }, true);
}

function allSent() {
  return new Promise((done) => {
    const check = () => unsaved().some(({ elsewhere }) => !elsewhere) || done();
    const off = saving.on("changed", check);
    setTimeout(() => done(off()), PATIENCE);
    check();
  });
}

async function elsewhereSent() {
  if (!(await unsentDocuments(me())).size) return;
  const { carryAll } = await import("../text/drain.js");
  await Promise.race([carryAll(), new Promise((late) => setTimeout(late, PATIENCE))]);
}

// Those of this page, and those that the device keeps of pages closed or open beside it.
async function count() {
  return new Set([...unsaved().map(({ id }) => id), ...(await unsentDocuments(me())).keys()]).size;
}

function agreed(left) {
  return new Promise((answer) => {
    const dialog = openWith(wording("sign-out-words", { count: left }));
    const told = left > 1 ? "many" : "one";
    for (const line of dialog.querySelectorAll("[data-word]")) line.hidden = line.dataset.word !== told;
    dialog.querySelector("[data-confirm]")?.addEventListener("click", () => answer(true));
    dialog.querySelector("[data-cancel]")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => answer(false), { once: true });
    dialog.querySelector("[data-cancel]")?.focus();
  });
}
