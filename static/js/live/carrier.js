// Where a document goes when it cannot go through the socket: POST /live/<document>, with what the socket's address
// says of company, page and version.

export function postAddress(address, doc) {
  const url = new URL(address, location.href);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${doc}`;
  return url;
}
