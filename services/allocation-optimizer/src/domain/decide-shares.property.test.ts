import { expect, test } from '@jest/globals';
import { deciAmps, type PerPhaseDeciAmps } from '@headroom/kernel';
import { type EvseModel, type SiteModel } from '@headroom/site-model';
import fc from 'fast-check';
import type { Decision } from './decision.ts';
import { after, T0 } from './given.fixture.ts';
import type { SiteState } from './site-state.ts';
import {
  RUNS,
  decided,
  isCar,
  limitOf,
  oracleRows,
  readingOf,
  settled,
  situations,
  worstOf,
  type OracleRow,
} from './test-support/random-situations.ts';

test('PT3 maximal once it has settled: no car could have 0.1 A more, and no waiting car its minimum', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const rows = oracleRows(situation);
      const decision = settled(situation);
      const lost = new Set(rows.filter((row) => worstOf(situation, row, () => 0) > row.limit));
      for (const evse of situation.site.evses.values()) {
        if (!isCar(situation, evse) || limitOf(decision, evse) === evse.maxCurrent) continue;
        // Where a row is lost by itself, PT1 says what is left to do.
        if (rows.some((row) => row.coefficient(evse) > 0 && lost.has(row))) continue;
        const more = limitOf(decision, evse) === 0 ? evse.minCurrent : limitOf(decision, evse) + 1;
        const fits = rows.every(
          (row) =>
            row.coefficient(evse) === 0 ||
            worstOf(situation, row, (one) => (one === evse ? more : limitOf(decision, one))) <= row.limit,
        );
        expect(fits).toBe(false);
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT4 bottleneck: a car below its maximum has a full row in which nobody above its minimum has more', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const rows = oracleRows(situation);
      const decision = settled(situation);
      const lost = new Set(rows.filter((row) => worstOf(situation, row, () => 0) > row.limit));
      const cars = [...situation.site.evses.values()].filter((evse) => isCar(situation, evse));
      for (const evse of cars) {
        const limit = limitOf(decision, evse);
        if (limit === 0 || limit === evse.maxCurrent) continue;
        if (rows.some((row) => row.coefficient(evse) > 0 && lost.has(row))) continue;
        // Below what the next car counts with, a car on few phases takes nothing of a power row (MD5).
        const takes = (row: OracleRow, one: EvseModel, current: number): boolean =>
          row.coefficient(one) * current > row.wired(one) * one.fallback;
        const certificate = rows.some((row) => {
          if (!takes(row, evse, limit + 1)) return false;
          const room = row.limit - worstOf(situation, row, (one) => limitOf(decision, one));
          // One deci-amp is rounding; two more may be left that are enough for a single-phase car only.
          const isRaised = (one: EvseModel): boolean =>
            limitOf(decision, one) > one.minCurrent + 3 && takes(row, one, limitOf(decision, one) - 3);
          const peers = cars.filter(isRaised);
          return room < row.coefficient(evse) && peers.every((one) => limitOf(decision, one) <= limit + 3);
        });
        expect(certificate).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT9 the order of the input changes nothing', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { site, state } = situation;
      const turned: SiteModel = { ...site, evses: new Map([...site.evses].toReversed()) };
      const turnedState: SiteState = { ...state, evses: new Map([...state.evses].toReversed()) };
      const other = decided({ ...situation, site: turned, state: turnedState }).decision;
      for (const [evseId, allocation] of decided(situation).decision.allocations) {
        expect(other.allocations.get(evseId)).toEqual(allocation);
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT10 relabelling the phases permutes nothing but the phases', () => {
  const turn = { l1: 'l2', l2: 'l3', l3: 'l1' } as const;
  const turnCurrents = (p: PerPhaseDeciAmps): PerPhaseDeciAmps => ({ l1: p.l3, l2: p.l1, l3: p.l2 });
  fc.assert(
    fc.property(situations, (situation) => {
      const { site } = situation;
      const turned: SiteModel = {
        ...site,
        circuits: new Map([...site.circuits].map(([id, c]) => [id, { ...c, rating: turnCurrents(c.rating) }])),
        evses: new Map([...site.evses].map(([id, e]) => [id, { ...e, phases: e.phases.map((phase) => turn[phase]) }])),
        otherLoads: site.otherLoads.map((load) => ({
          ...load,
          worstCase: turnCurrents(load.worstCase),
          ...(load.risesAtMost === undefined ? {} : { risesAtMost: turnCurrents(load.risesAtMost) }),
        })),
      };
      const reading = situation.state.readings.get('building');
      const state = { ...situation.state, readings: new Map() };
      const turnedState = reading === undefined ? state : after([readingOf(turnCurrents(reading.current))], state);
      const limits = (decision: Decision) => [...decision.allocations.values()].map(({ limit }) => limit);
      expect(limits(decided({ ...situation, site: turned, state: turnedState }).decision)).toEqual(
        limits(decided(situation).decision),
      );
    }),
    { numRuns: RUNS },
  );
});

test('PT12 deciding again, on what was decided, changes nothing', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const first = decided(situation);
      const second = decided(situation, first.memory);
      expect(second.decision).toEqual(first.decision);
      expect(second.memory).toEqual(first.memory);
    }),
    { numRuns: RUNS },
  );
});

test('PT15 after a step in the limits the loop is silent within two minutes, and stays so', () => {
  fc.assert(
    fc.property(situations, fc.integer({ min: 10, max: 100 }), (situation, percent) => {
      const { site } = situation;
      const scaled: SiteModel = {
        ...site,
        circuits: new Map(
          [...site.circuits].map(([id, c]) => {
            const rating = {
              l1: c.rating.l1,
              l2: c.rating.l2,
              l3: deciAmps(Math.floor((c.rating.l3 * percent) / 100)),
            };
            return [id, { ...c, rating }];
          }),
        ),
      };
      let memory = decided({ ...situation, site: scaled }).memory;
      const limitsAt: string[] = [];
      for (let s = 1; s <= 180; s += 3) {
        const next = decided(situation, memory, T0 + s * 1_000);
        memory = next.memory;
        limitsAt.push([...next.decision.allocations.values()].map(({ limit }) => limit).join());
      }
      expect(new Set(limitsAt.slice(-20)).size).toBe(1);
      // Nobody moves more than up once and, where a small increase came late, once more.
      expect(new Set(limitsAt).size).toBeLessThanOrEqual(4);
    }),
    { numRuns: 60 },
  );
});
