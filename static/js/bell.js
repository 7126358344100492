// The smallest way for one behaviour to hear of another without knowing it.

/** Something that can be listened to by name, and rung. `on` gives back the way to stop listening. */
export function bell() {
  const ears = new Map();
  return {
    on(name, hear) {
      if (!ears.has(name)) ears.set(name, new Set());
      ears.get(name).add(hear);
      return () => ears.get(name).delete(hear);
    },
    ring(name, ...news) {
      for (const hear of [...(ears.get(name) || [])]) hear(...news);
    },
  };
}
