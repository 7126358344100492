// A swap leaves the focus and the caret where they were: with `moveBefore` or without it, in fields and in rich text.

let kept = null;

export function watchFocus() {
  document.addEventListener("htmx:before:swap", remember);
  document.addEventListener("htmx:after:swap", restore);
}

function remember() {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return void (kept = null);
  const selection = getSelection();
  const rich = focused.isContentEditable && selection.rangeCount > 0;
  kept = {
    focused,
    start: focused.selectionStart,
    end: focused.selectionEnd,
    range: rich ? [selection.anchorNode, selection.anchorOffset, selection.focusNode, selection.focusOffset] : null,
  };
}

function restore() {
  if (!kept?.focused.isConnected) return;
  const { focused, start, end, range } = kept;
  if (document.activeElement === focused && !range) return;
  if (document.activeElement !== focused) {
    // What opened meanwhile (a dialog) has taken the focus on purpose.
    if (document.activeElement !== document.body) return;
    focused.focus({ preventScroll: true });
  }
  if (range) {
    if (range[0].isConnected && range[2].isConnected) getSelection().setBaseAndExtent(...range);
  } else if (start != null && focused.setSelectionRange) focused.setSelectionRange(start, end);
}
