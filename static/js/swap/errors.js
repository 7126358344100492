// After a refused form the focus goes to the summary if there are two errors or more, to the field if there is one.
//
// Reads: [data-error-summary] (with tabindex="-1"), [aria-invalid=true].

export function watchErrors() {
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    if (detail.ctx.response?.status === 422) lead();
  });
  lead();
}

function lead() {
  const summary = document.querySelector("[data-error-summary]");
  const wrong = (summary?.closest("form") || document).querySelectorAll("[aria-invalid=true]:not([data-ytext])");
  if (summary && wrong.length !== 1) summary.focus();
  else if (summary || wrong.length === 1) wrong[0]?.focus();
}
