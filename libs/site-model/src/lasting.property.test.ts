import { expect, test } from '@jest/globals';
import { type DeciAmps, deciAmps, type EvseId, watts } from '@headroom/kernel';
import fc from 'fast-check';
import type { GateInput } from './gate.ts';
import { createRest, mostThatLasts } from './lasting.ts';
import type { EvseModel, SiteModel } from './model.ts';
import { holdsUnder, situations } from './test-support/random-gates.ts';

/** A site whose other loads have a worst case; `committed` is what each EVSE may go on obeying with nobody alive. */
const sites: fc.Arbitrary<GateInput> = situations.map(({ masks: _, ...given }) => {
  const otherLoads = [...given.otherLoad].map(([circuitId, worstCase]) => ({
    ...{ circuitId, worstCase, staleAfterMs: 10_000, name: '' },
  }));
  return { ...given, site: { ...given.site, otherLoads } };
});

const some = fc.array(fc.nat(11), { minLength: 1 });

/** By arithmetic of its own: does every row of this EVSE hold at rest, were this its limit? */
const fits = (input: GateInput, evse: EvseModel, limit: number): boolean =>
  holdsUnder({ ...input, proposal: { evseId: evse.evseId, limit: deciAmps(limit) } }, limit, input.otherLoad);

test('SI28: the most that may be leased for ever holds every row at rest, and a tenth of an ampere more does not', () => {
  fc.assert(
    fc.property(sites, (input) => {
      const evse = input.site.evses.get(input.proposal.evseId) as EvseModel;
      const kept = new Map([...input.site.evses.values()].map((each) => [each.evseId, keeps(input, each)]));
      const most = createRest(input.site, kept).most(evse);
      const has = keeps(input, evse);
      expect(most).toBeGreaterThanOrEqual(has);
      if (most > has) expect(fits(input, evse, most)).toBe(true);
      if (most < evse.maxCurrent) expect(fits(input, evse, most + 1)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

const keeps = ({ committed }: GateInput, { evseId, maxCurrent, fallback }: EvseModel): DeciAmps =>
  deciAmps(Math.max(committed.get(evseId) ?? maxCurrent, fallback));

test('SI28: an override, and what a utility imposes, end by themselves and are no part of it', () => {
  fc.assert(
    fc.property(sites, (input) => {
      const { site } = input;
      const lowered: SiteModel = {
        ...site,
        limitOverride: { powerLimitW: watts(1), validUntilMs: 1_000, setBy: '', reason: '' },
        imposed: [{ circuitId: site.rootCircuitId, powerLimitW: watts(1), startMs: 0 }],
      };
      const evse = site.evses.get(input.proposal.evseId) as EvseModel;
      expect(createRest(lowered, new Map()).most(evse)).toBe(createRest(site, new Map()).most(evse));
    }),
    { numRuns: 100 },
  );
});

test('SI28: what was granted counts for those that come after it', () => {
  fc.assert(
    fc.property(sites, (input) => {
      const rest = createRest(input.site, new Map());
      const kept = new Map<EvseId, DeciAmps>(
        [...input.site.evses.values()].map((evse) => [evse.evseId, evse.fallback]),
      );
      for (const evse of input.site.evses.values()) {
        const most = rest.most(evse);
        rest.grant(evse, most);
        kept.set(evse.evseId, most);
        if (most > evse.fallback) expect(fits({ ...input, committed: kept }, evse, most)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('SI28: with all of them at what is theirs every row holds at rest that holds with their fallbacks, and the maxima of who counts with that', () => {
  fc.assert(
    fc.property(sites, some, fc.array(fc.nat(11), { maxLength: 3 }), (input, chosen, others) => {
      const evses = [...input.site.evses.values()];
      const those = (places: readonly number[]): ReadonlySet<EvseId> =>
        new Set(places.flatMap((at) => evses[at % evses.length]?.evseId ?? []));
      const [lasting, atMaximum] = [those(chosen), those(others)];
      const limits = mostThatLasts(input.site, { lasting, atMaximum });
      const counts = ({ evseId, maxCurrent, fallback }: EvseModel): DeciAmps =>
        atMaximum.has(evseId) && maxCurrent > fallback ? maxCurrent : fallback;
      const rest = new Map(evses.map((evse) => [evse.evseId, counts(evse)] as const));
      const theirs = new Map([...limits].filter(([evseId]) => !atMaximum.has(evseId)));
      const before = { ...input, committed: rest };
      const after = { ...input, committed: new Map([...rest, ...theirs]) };
      expect([...limits.keys()].toSorted()).toEqual([...lasting].toSorted());
      for (const evse of evses) {
        const most = limits.get(evse.evseId) ?? evse.fallback;
        expect(most >= evse.fallback && most <= Math.max(evse.maxCurrent, evse.fallback)).toBe(true);
        if (limits.has(evse.evseId) && atMaximum.has(evse.evseId)) expect(most).toBe(evse.maxCurrent);
        const limit = theirs.get(evse.evseId) ?? counts(evse);
        if (fits(before, evse, counts(evse))) expect(fits(after, evse, limit)).toBe(true);
        else if (!atMaximum.has(evse.evseId)) expect(most).toBe(evse.fallback);
      }
    }),
    { numRuns: 4_000 },
  );
});

test('no current is the maximum, and no grant', () => {
  fc.assert(
    fc.property(sites, fc.constantFrom(Number.NaN, -1, 1.5, Infinity), (input, odd) => {
      const evse = input.site.evses.get(input.proposal.evseId) as EvseModel;
      const rest = createRest(input.site, new Map([[evse.evseId, odd as DeciAmps]]));
      expect(rest.most(evse)).toBe(evse.maxCurrent);
      const other = createRest(input.site, new Map());
      const before = other.most(evse);
      other.grant(evse, odd as DeciAmps);
      expect(other.most(evse)).toBe(before);
    }),
    { numRuns: 200 },
  );
});
