// Passkeys. Options from the server, the device's answer back, both JSON; codes by e-mail do everything without this.
//
// Reads: button[data-passkey=register|sign-in], shown only where the browser can do it, with data-next (where to go
// afterwards), data-options and data-keep (other addresses than the sign-in's); [data-needs-passkey];
// [data-passkey-error]; input[autocomplete~=webauthn], in which the browser itself proposes the keys that it has.
// Words: #passkey-words (failed).

import { token, words } from "../page.js";

const OPTIONS = "/sign-in/passkey/options";
const KEEP = "/sign-in/passkey";
const can = () => Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);
let proposal = null; // the one request that the address field may answer; a button's own takes its place

export function watchPasskeys() {
  if (!can()) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-passkey]");
    if (button) pressed(button);
  });
  document.addEventListener("htmx:after:swap", show);
  show();
}

function show() {
  for (const hidden of document.querySelectorAll(":is([data-passkey], [data-needs-passkey])[hidden]")) hidden.hidden = false;
  const field = document.querySelector("input[autocomplete~=webauthn]:not([data-proposed])");
  if (!field) return;
  field.dataset.proposed = "";
  propose(field);
}

async function pressed(button) {
  proposal?.abort();
  say(button, "");
  button.setAttribute("aria-busy", "true");
  try {
    goOn(button, await (button.dataset.passkey === "register" ? register(button.dataset) : signIn(button.dataset)));
  } catch (error) {
    failed(button, error);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function propose(field) {
  // Begun before anything is waited for: a button pressed meanwhile must find something to take the place of.
  proposal?.abort();
  const { signal } = (proposal = new AbortController());
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || signal.aborted) return;
  const button = field.form.querySelector("[data-passkey]");
  try {
    goOn(button, await signIn(button.dataset, { mediation: "conditional", signal }));
  } catch (error) {
    failed(button, error);
  }
}

async function register({ options, keep, next }) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post(options, {}));
  const made = await navigator.credentials.create({ publicKey });
  return post(keep, { credential: made.toJSON(), next });
}

async function signIn({ keep = KEEP, next }, asked = {}) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post(OPTIONS, {}));
  const shown = await navigator.credentials.get({ publicKey, ...asked });
  return post(keep, { credential: shown.toJSON(), next });
}

async function post(address, body) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token() };
  const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.message ?? ""), { name: "Refused", answer });
  return answer;
}

// In the page's dialog the page goes on by itself: it compares who signed in with who wrote (sign/again.js).
function goOn(button, { next, me }) {
  if (!me || !button.closest("dialog")) return location.assign(next);
  document.dispatchEvent(new CustomEvent("signed-in", { detail: { me } }));
}

// The person who declines, or a proposal that another takes the place of, is no fault.
function failed(button, error) {
  if (error.answer?.proof) return location.assign(error.answer.proof);
  if (error.name === "NotAllowedError" || error.name === "AbortError") return;
  say(button, error.answer?.message || words("passkey-words", "failed")?.textContent || "");
}

function say(button, sentence) {
  const place = button.closest("form, section, .sheet, .flow")?.querySelector("[data-passkey-error]");
  if (place) Object.assign(place, { textContent: sentence, hidden: !sentence });
}
