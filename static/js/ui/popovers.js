// Popovers open and close by the browser itself. What it does not do: say to assistive technology which button
// is open, and let the arrows walk through a menu.

export function watchPopovers() {
  document.addEventListener("toggle", ({ target, newState }) => {
    if (!target.matches?.("[popover]")) return;
    const open = newState === "open";
    for (const button of document.querySelectorAll(`[popovertarget="${CSS.escape(target.id)}"]`)) button.ariaExpanded = open;
    if (open && target.matches("[role=menu]")) items(target)[0]?.focus();
  }, true);
  document.addEventListener("keydown", walk);
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = step && event.target.closest?.("[popover][role=menu]");
  if (!menu) return;
  event.preventDefault();
  const all = items(menu);
  all.at((all.indexOf(document.activeElement) + step) % all.length)?.focus();
}

const items = (menu) => [...menu.querySelectorAll("[role=menuitem]:not([disabled])")];
