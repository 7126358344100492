// Where a document goes when it cannot go through the socket.

import { liveAddress } from "../page.js";

/** POST /live/<document>, with what the socket's address says of company, page and version. */
export function postAddress(doc) {
  const url = liveAddress();
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${doc}`;
  return url;
}
