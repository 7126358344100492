// htmx, and what this house asks of its configuration (<meta name="htmx-config">).
//
// Why the check: with its default prefix an injected `data-hx-post` becomes a request that carries the page's token.

import htmx from "htmx.org/dist/htmx.esm.js";

if (htmx.config.prefix !== "") throw new Error('htmx-config: "prefix" must be ""');
if (!htmx.config.noSwap.includes("5xx")) htmx.config.noSwap.push("5xx");

// What the reader has unfolded stays unfolded, whatever the server renders.
htmx.config.morphIgnore.push("open");

export default htmx;
