// Access withdrawn (4403): what this person had not sent is offered as a file, then leaves this device.
//
// Words: #access-words; [data-save-text] (its data-filename names the file) and [data-word=kept] only when there is
// something to save.

import { wording } from "../page.js";
import { line } from "../live/socket.js";
import { openWith } from "../ui/dialogs.js";
import { saving } from "../live/saved.js";
import { closeDocument, opened } from "./documents.js";

export function watchRemoval() {
  line.on("ended", (code) => code === 4403 && offer());
}

function offer() {
  const unsent = opened().filter(({ dirty }) => dirty).flatMap((doc) => doc.unsent());
  for (const doc of opened()) doc.end("access");
  const dialog = openWith(wording("access-words"));
  const save = dialog.querySelector("[data-save-text]");
  for (const part of dialog.querySelectorAll("[data-save-text],[data-word=kept]")) part.hidden = !unsent.length;
  save?.addEventListener("click", () => download(unsent.join("\n\n"), save.dataset.filename || "trialogue.txt"));
  // A key must not throw a text away.
  dialog.addEventListener("cancel", (event) => unsent.length && event.preventDefault());
  dialog.addEventListener("close", leave, { once: true });
}

async function leave() {
  saving.ring("forgotten");
  await Promise.all(opened().map(({ id }) => closeDocument(id, true)));
  location.reload();
}

function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
