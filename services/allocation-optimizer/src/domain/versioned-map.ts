/** Values that stand together: a new version copies one such piece and the list of pieces, whatever the size of the map. */
const PIECE = 64;

interface Keys<K> {
  readonly places: Map<K, number>;
  readonly inOrder: K[];
}

/**
 * A map of which every version stays as it was: `with` gives the next one and leaves this one alone. It only grows or has values
 * replaced, as what is known of a site does, and iterates in the order in which its keys came, like a `Map`.
 *
 * Versions share their keys. A version holds the first `size` of them; whatever the others have added behind them is none of its own.
 */
export class VersionedMap<K, V> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #keys: Keys<K>;
  readonly #pieces: readonly (readonly V[])[];

  private constructor(size: number, keys: Keys<K>, pieces: readonly (readonly V[])[]) {
    this.size = size;
    this.#keys = keys;
    this.#pieces = pieces;
  }

  /** What the map holds now. One that is versioned already comes back itself. */
  static of<K, V>(map: ReadonlyMap<K, V>): VersionedMap<K, V> {
    if (map instanceof VersionedMap) return map;
    const values = [...map.values()];
    const pieces: V[][] = [];
    for (let from = 0; from < values.length; from += PIECE) pieces.push(values.slice(from, from + PIECE));
    return new VersionedMap(values.length, keysOf([...map.keys()]), pieces);
  }

  /** The version after this one, in which `key` has this value. */
  with(key: K, value: V): VersionedMap<K, V> {
    const known = this.#placeOf(key);
    if (known !== undefined) return new VersionedMap(this.size, this.#keys, this.#putAt(known, value));
    const { inOrder } = this.#keys;
    // Another version has gone on from here already: its keys are not ours.
    const keys = inOrder.length === this.size ? this.#keys : keysOf(inOrder.slice(0, this.size));
    keys.places.set(key, this.size);
    keys.inOrder.push(key);
    return new VersionedMap(this.size + 1, keys, this.#putAt(this.size, value));
  }

  get(key: K): V | undefined {
    const place = this.#placeOf(key);
    return place === undefined ? undefined : this.#pieces[Math.floor(place / PIECE)]?.[place % PIECE];
  }

  has(key: K): boolean {
    return this.#placeOf(key) !== undefined;
  }

  *keys(): Generator<K, undefined> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<V, undefined> {
    for (const piece of this.#pieces) yield* piece;
  }

  entries(): Generator<[K, V], undefined> {
    return this[Symbol.iterator]();
  }

  *[Symbol.iterator](): Generator<[K, V], undefined> {
    let place = 0;
    for (const piece of this.#pieces) {
      for (const value of piece) {
        yield [this.#keys.inOrder[place] as K, value];
        place += 1;
      }
    }
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    const { inOrder } = this.#keys;
    for (const [n, piece] of this.#pieces.entries()) {
      piece.forEach((value, at) => visit(value, inOrder[n * PIECE + at] as K, this));
    }
  }

  #placeOf(key: K): number | undefined {
    const place = this.#keys.places.get(key);
    return place === undefined || place >= this.size ? undefined : place;
  }

  #putAt(place: number, value: V): readonly (readonly V[])[] {
    const at = Math.floor(place / PIECE);
    const piece = this.#pieces[at]?.slice() ?? [];
    piece[place % PIECE] = value;
    const pieces = this.#pieces.slice();
    pieces[at] = piece;
    return pieces;
  }
}

const keysOf = <K>(inOrder: K[]): Keys<K> => ({ places: new Map(inOrder.map((key, place) => [key, place])), inOrder });
