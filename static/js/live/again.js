// A region that no socket tells of asks again by itself: when the page is looked at, and from time to time while it is.
// Home is across companies, and a socket is of one.
//
// Reads: data-again (seconds) beside id and data-src. Stops at a 401, until the page is looked at again.

import { refetchOne } from "./regions.js";

const JUST = 5_000; // coming back rings twice: the window and the page

export const asksAgain = () => document.querySelector("[data-again][data-src][id]");

export function watchAgain() {
  const seconds = Number(asksAgain().dataset.again);
  let last = Date.now();
  let stopped = false;
  const ask = (least) => {
    const region = asksAgain();
    if (!region || document.hidden || Date.now() - last < least) return;
    last = Date.now();
    refetchOne(region);
  };
  const back = () => {
    stopped = false;
    ask(JUST);
  };
  setInterval(() => stopped || ask(0), seconds * 1000);
  addEventListener("focus", back);
  document.addEventListener("visibilitychange", back);
  document.addEventListener("htmx:before:response", ({ detail }) => (stopped ||= detail.ctx.response.status === 401));
}
