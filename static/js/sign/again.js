// A sign-in that expired: asked again in place, in a dialog, and what was being done goes on. Nothing typed is lost.
//
// 401 to htmx, or close code 4401: the sign-in stands in #dialog. When it has succeeded the server triggers
// `signed-in` {me, token}: waiting requests are sent again, the socket reopened. Another person: a fresh page.

import htmx from "../swap/htmx.js";
import { me, renewToken } from "../page.js";
import { forgetAll } from "../live/kept.js";
import { line, reopen } from "../live/socket.js";
import { openWith } from "../ui/dialogs.js";
import { replay } from "./replay.js";

const HERE = "/sign-in/here";
const others = new BroadcastChannel("trialogue:signed-in"); // the other tabs of this browser
const waiting = new Map(); // by element: of two requests of one field the later counts
let asking = false;

export function watchSignIn() {
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status !== 401 || ctx.sourceElement?.closest?.("dialog")) return;
    event.preventDefault();
    waiting.set(ctx.sourceElement, ctx);
    ctx.response.raw.text().then(ask);
  });
  line.on("ended", (code, reason) => {
    if (code === 4401) signedOut(reason);
  });
  document.addEventListener("signed-in", ({ detail }) => {
    others.postMessage(detail);
    goOn(detail);
  });
  others.onmessage = ({ data }) => asking && goOn(data);
  const { forget } = document.body.dataset;
  if (forget) forgetAll(forget);
}

async function signedOut(reason) {
  if (reason !== "signed-out") return ask(await refusal());
  // Signed out from another device: this one may be in other hands.
  await forgetAll(me());
  location.replace("/sign-in");
}

// The words that the server has for it, as any request of this page would get them.
async function refusal() {
  const asked = { headers: { "HX-Request": "true", "HX-Request-Type": "partial" }, cache: "no-store" };
  const answer = await fetch(location.href, asked).catch(() => null);
  return answer?.status === 401 ? answer.text() : "";
}

async function ask(html) {
  if (asking) return;
  asking = true;
  const dialog = openWith();
  dialog.addEventListener("close", () => (asking = false), { once: true });
  if (!html) return htmx.ajax("GET", HERE, { source: dialog, target: dialog, swap: "innerHTML" });
  dialog.innerHTML = html;
  htmx.process(dialog);
  dialog.querySelector("input:not([type=hidden]),button")?.focus();
}

function goOn({ me: who, token }) {
  if (who && me() && who !== me()) return location.reload();
  if (token) renewToken(token);
  document.getElementById("dialog")?.close();
  const requests = [...waiting.values()];
  waiting.clear();
  requests.forEach(replay);
  reopen();
}
