// A page older than the server (4409, or `reload`): said politely, never done under somebody's hands.
// Words: #reload-words, with [data-reload].

import { wording } from "../page.js";
import { line } from "./socket.js";

export function watchReload() {
  line.on("reload", offer);
  line.on("ended", (code) => code === 4409 && offer());
  document.addEventListener("click", ({ target }) => target.closest?.("[data-reload]") && location.reload());
}

function offer() {
  if (document.querySelector("[data-reload]")) return;
  const notice = wording("reload-words");
  if (notice) document.querySelector("main")?.prepend(notice);
}
