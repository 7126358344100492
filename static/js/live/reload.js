// A page older than the server (4409, or `reload`): said politely, never done under somebody's hands. A page without
// text whose access is withdrawn (4403): said too; with text, text/removed.js sees to it.
// Words: #reload-words, with [data-reload]; #access-words.

import { wording } from "../page.js";
import { openWith } from "../ui/dialogs.js";
import { line } from "./socket.js";

export function watchReload() {
  line.on("reload", offer);
  line.on("ended", (code) => code === 4409 && offer());
  line.on("ended", (code) => code === 4403 && !document.querySelector("[data-ytext]") && removed());
  document.addEventListener("click", ({ target }) => target.closest?.("[data-reload]") && location.reload());
}

function offer() {
  if (document.querySelector("[data-reload]")) return;
  const notice = wording("reload-words");
  if (notice) document.querySelector("main")?.prepend(notice);
}

function removed() {
  const dialog = openWith(wording("access-words"));
  for (const part of dialog.querySelectorAll("[data-save-text],[data-word=kept]")) part.hidden = true;
  dialog.addEventListener("close", () => location.reload(), { once: true });
}
