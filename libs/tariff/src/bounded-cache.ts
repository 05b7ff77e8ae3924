/** Remembers what `make` gave for a key, for at most `max` keys. The one made first is forgotten first. */
export function boundedCache<K, V extends object>(max: number, make: (key: K) => V): (key: K) => V {
  const kept = new Map<K, V>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (kept.size >= max) for (const oldest of [...kept.keys()].slice(0, kept.size - max + 1)) kept.delete(oldest);
    kept.set(key, made);
    return made;
  };
}
