// What is drawn over a textarea: the carets of others with their first name, and the part beyond the limit.
//
// A mirror of the field, with its exact text and metrics, transparent, lies over it and scrolls with it; a caret is an
// empty element in that text. Classes: .carets, .caret[data-party] > .caret-name, .over. Geometry is set here, since
// it is measured; the look is in the style sheet.

const METRICS = [
  "font", "fontKerning", "fontFeatureSettings", "letterSpacing", "wordSpacing", "lineHeight", "textIndent", "tabSize",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "textAlign", "direction", "hyphens",
];

export class Overlay {
  constructor(field) {
    this.field = field;
    this.mirror = document.createElement("div");
    this.mirror.className = "carets";
    this.mirror.ariaHidden = "true";
    Object.assign(this.mirror.style, {
      position: "absolute", overflow: "hidden", pointerEvents: "none", color: "transparent",
      whiteSpace: "pre-wrap", overflowWrap: "break-word", boxSizing: "border-box",
    });
    this.gone = new AbortController();
    field.addEventListener("scroll", () => this.#scroll(), { signal: this.gone.signal, passive: true });
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(field);
    document.fonts?.ready.then(() => this.draw());
  }

  destroy() {
    this.gone.abort();
    this.sizes.disconnect();
    this.mirror.remove();
  }

  /** Draws at the next frame, however often it is asked. */
  draw(marks = this.marks) {
    this.marks = marks;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  #draw() {
    const { carets = [], over = null } = this.marks || {};
    if (!carets.length && over === null) return this.mirror.remove();
    this.#measure();
    const text = this.field.value;
    const end = over ?? text.length;
    const parts = [];
    let at = 0;
    for (const caret of [...carets].sort((a, b) => a.index - b.index)) {
      const index = Math.min(Math.max(caret.index, at), text.length);
      parts.push(...stretch(text, at, index, end), drawn(caret));
      at = index;
    }
    // The last line break of a textarea has a line after it; in a block it has one only if something follows.
    parts.push(...stretch(text, at, text.length, end), "\u200B");
    this.mirror.replaceChildren(...parts);
    if (!this.mirror.isConnected) this.field.after(this.mirror);
    this.#scroll();
  }

  #measure() {
    const style = getComputedStyle(this.field);
    for (const name of METRICS) this.mirror.style[name] = style[name];
    const host = this.field.offsetParent === this.field.parentElement ? null : this.field.parentElement;
    if (host && getComputedStyle(host).position === "static") host.style.position = "relative";
    Object.assign(this.mirror.style, {
      left: `${this.field.offsetLeft + this.field.clientLeft}px`,
      top: `${this.field.offsetTop + this.field.clientTop}px`,
      width: `${this.field.clientWidth}px`,
      height: `${this.field.clientHeight}px`,
    });
  }

  #scroll() {
    this.mirror.scrollTop = this.field.scrollTop;
    this.mirror.scrollLeft = this.field.scrollLeft;
  }
}

function stretch(text, from, to, end) {
  const inside = text.slice(from, Math.min(to, end));
  const beyond = text.slice(Math.max(from, end), to);
  if (!beyond) return [inside];
  const mark = document.createElement("mark");
  mark.className = "over";
  mark.style.color = "transparent";
  mark.textContent = beyond;
  return [inside, mark];
}

function drawn({ name, party }) {
  const caret = document.createElement("span");
  caret.className = "caret";
  caret.dataset.party = party;
  const label = document.createElement("span");
  label.className = "caret-name";
  label.textContent = name;
  caret.append(label);
  return caret;
}
