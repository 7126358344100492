// What went wrong with an act of this page stands in #notices (webapp/errors.py): closed by its button, or by the next
// act that the server accepts, since it is then no longer true.

const place = () => document.getElementById("notices");

export function watchNotices() {
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-dismiss]")) target.closest("#notices > *")?.remove();
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const accepted = ctx.response?.raw?.ok && ctx.request?.method !== "GET";
    if (accepted) place()?.replaceChildren();
  });
}
