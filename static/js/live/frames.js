// Binary frames: [kind u8][length u8][document id, ascii][payload]; numbers are big-endian.
// Over HTTP several frames travel together, each after its length: [u32 length][frame].

export const STEP1 = 0; // what I hold: a state vector. From the server, empty: ask me again
export const STEP2 = 1; // what you lack
export const UPDATE = 2;
export const ACK = 3;
export const AWARE = 4;

const ascii = {
  encode: (text) => Uint8Array.from(text, (c) => c.charCodeAt(0)),
  decode: (bytes) => String.fromCharCode(...bytes),
};

export function frame(kind, doc, payload = new Uint8Array()) {
  const id = ascii.encode(doc);
  const bytes = new Uint8Array(2 + id.length + payload.length);
  bytes.set([kind, id.length]);
  bytes.set(id, 2);
  bytes.set(payload, 2 + id.length);
  return bytes;
}

/** {kind, doc, payload}, or null for bytes that are no frame. */
export function unframe(bytes) {
  if (bytes.length < 2 || bytes.length < 2 + bytes[1]) return null;
  const end = 2 + bytes[1];
  return { kind: bytes[0], doc: ascii.decode(bytes.subarray(2, end)), payload: bytes.subarray(end) };
}

/** The payload of what must be acknowledged: its number, then the update. */
export function numbered(n, update) {
  const bytes = new Uint8Array(4 + update.length);
  new DataView(bytes.buffer).setUint32(0, n);
  bytes.set(update, 4);
  return bytes;
}

export const number = (payload) => new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(0);

/** Whose caret this is (the server says it), and the awareness update. */
export function owned(payload) {
  const end = 1 + payload[0];
  return { person: ascii.decode(payload.subarray(1, end)), update: payload.subarray(end) };
}

export function packed(frames) {
  const bytes = new Uint8Array(frames.reduce((size, one) => size + 4 + one.length, 0));
  let at = 0;
  for (const one of frames) {
    new DataView(bytes.buffer).setUint32(at, one.length);
    bytes.set(one, at + 4);
    at += 4 + one.length;
  }
  return bytes;
}

export function unpacked(bytes) {
  const frames = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; ) {
    const size = view.getUint32(at);
    frames.push(bytes.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return frames;
}
