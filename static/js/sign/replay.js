// A request that was refused for want of a sign-in, or that the network lost, sent again exactly as it was.

import htmx from "../swap/htmx.js";
import { token } from "../page.js";

export function watchReplay() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (!ctx.replayed) return;
    for (const [name] of ctx.replayed.entries()) if (name === "csrf_token") ctx.replayed.set(name, token());
    ctx.request.body = ctx.replayed;
  });
}

export function replay({ request, sourceElement, target, swap }) {
  const again = { source: sourceElement, target, swap, confirm: null };
  if (request.body) again.replayed = request.body;
  return htmx.ajax(request.method, request.action, again);
}
