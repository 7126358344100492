// How long to wait before trying again: 0.3 s doubled each time, at most 20 s, ± 30 % so that a server that
// comes back is not met by all its pages in the same instant.

const FIRST = 300;
const MOST = 20_000;

export const patience = (tries, chance = Math.random()) => Math.min(FIRST * 2 ** tries, MOST) * (0.7 + 0.6 * chance);
