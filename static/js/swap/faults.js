// A request that failed says so beside what asked for it, never in a toast. Words: #fault-words (server, network).

import { words } from "../page.js";

export function watchFaults() {
  document.addEventListener("htmx:response:error", ({ detail }) => {
    if (detail.ctx.response.status >= 500) tell(detail.ctx, "server");
  });
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx && detail.ctx.request?.method !== "GET") tell(detail.ctx, "network");
  });
  document.addEventListener("htmx:before:request", ({ detail }) => clear(placeOf(detail.ctx)));
}

function tell(ctx, key) {
  const place = placeOf(ctx);
  const notice = words("fault-words", key);
  if (!place || !notice) return;
  clear(place);
  notice.dataset.fault = "";
  notice.role = "alert";
  place.before(notice);
}

function clear(place) {
  if (place?.previousElementSibling?.hasAttribute("data-fault")) place.previousElementSibling.remove();
}

const placeOf = ({ sourceElement }) => sourceElement?.closest?.("form,[data-src]") || sourceElement;
