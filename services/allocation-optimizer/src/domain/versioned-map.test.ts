import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VersionedMap } from './versioned-map.ts';

const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.nat()), { maxLength: 400 });

test('each version holds what a copied Map would, in the same order, whatever is made of it or of others later', () => {
  fc.assert(
    fc.property(entries, fc.array(fc.nat()), (added, picks) => {
      const versions: { readonly mine: VersionedMap<number, number>; readonly plain: Map<number, number> }[] = [
        { mine: VersionedMap.of(new Map([[7, 7]])), plain: new Map([[7, 7]]) },
      ];
      added.forEach(([key, value], i) => {
        // Mostly from the newest, sometimes from an old one: histories fork.
        const from = versions.at(i % 5 === 0 ? (picks[i] ?? 0) % versions.length : -1);
        if (from === undefined) throw new Error('there is a version');
        versions.push({ mine: from.mine.with(key, value), plain: new Map(from.plain).set(key, value) });
      });
      for (const { mine, plain } of versions) {
        expect([...mine]).toEqual([...plain]);
        expect([...mine.keys()]).toEqual([...plain.keys()]);
        expect([...mine.values()]).toEqual([...plain.values()]);
        expect(mine.size).toBe(plain.size);
        const visited: [number, number][] = [];
        mine.forEach((value, key) => visited.push([key, value]));
        expect(visited).toEqual([...plain]);
      }
      for (const { mine, plain } of versions.slice(-5)) {
        for (let key = 0; key <= 300; key += 1) {
          expect(mine.get(key)).toBe(plain.get(key));
          expect(mine.has(key)).toBe(plain.has(key));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a map that is versioned already is not copied', () => {
  const map = VersionedMap.of(new Map([['a', 1]]));
  expect(VersionedMap.of(map)).toBe(map);
});
