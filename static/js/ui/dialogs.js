// Dialogs: a response swapped into an empty <dialog> opens it; [data-dialog=<id>] opens, [data-dismiss] closes.
// The browser itself gives Escape and gives the focus back to what opened it.

export function watchDialogs() {
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const { target: given } = detail.ctx;
    const target = typeof given === "string" ? document.querySelector(given) : given;
    if (target instanceof HTMLDialogElement && target.childElementCount) open(target);
  });
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest?.("[data-dialog]");
    if (opener) open(document.getElementById(opener.dataset.dialog));
    if (target.closest?.("[data-dismiss]")) target.closest("dialog")?.close();
  });
  document.addEventListener("close-dialog", () => document.querySelectorAll("dialog[open]").forEach((one) => one.close()));
}

export function open(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

/** Opens the page's own dialog with this content; gives it back. */
export function openWith(content) {
  const dialog = document.getElementById("dialog") || document.body.appendChild(document.createElement("dialog"));
  dialog.replaceChildren(...(content ? [content] : []));
  open(dialog);
  return dialog;
}
