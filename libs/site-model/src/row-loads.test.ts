import { expect, test } from '@jest/globals';
import {
  circuitId,
  type DeciAmps,
  deciAmps,
  epochMs,
  type EvseId,
  GRID_PHASES,
  type GridPhase,
  perPhase,
  type PerPhaseDeciAmps,
  watts,
} from '@headroom/kernel';
import fc from 'fast-check';
import { buildSiteModel, toModel } from './build.ts';
import { gate } from './gate.ts';
import type { EvseInput, SiteModelInput } from './input.ts';
import { socketPhases } from './model.ts';
import { rowUses } from './row-use.ts';
import { rowsOf } from './rows.ts';
import { built, evseInput, idOf, SMALL_SITE } from './site.fixture.ts';

const NOW = epochMs(0);
type Pair = readonly [GridPhase, GridPhase];
const between = (stationId: string, phases: Pair, change: Partial<EvseInput> = {}): EvseInput => ({
  ...evseInput(stationId, 'grid', phases),
  wiring: 'line-to-line',
  fallback: 0,
  ...change,
});
const siteWith = (evses: readonly EvseInput[], ratingDeciA = 10_000): SiteModelInput => ({
  ...SMALL_SITE,
  circuits: [{ circuitId: 'grid', name: '', rating: perPhase(() => ratingDeciA), powerLimitW: 1_000_000 }],
  evses,
  otherLoads: [],
  nominalVoltageV: 120,
});
const loadsOf = (evses: readonly EvseInput[], kind: string) =>
  rowsOf(built(siteWith(evses)), NOW)
    .filter((row) => row.kind === kind)
    .map(({ loads }) => Object.fromEntries(loads));

test('PH4 an EVSE between two conductors loads both with its whole current, and takes more than 1.73-fold power', () => {
  const one = [between('A', ['l1', 'l2'])];
  expect(loadsOf(one, 'l1')).toEqual([{ 'A/1': 1 }]);
  expect(loadsOf(one, 'l2')).toEqual([{ 'A/1': 1 }]);
  expect(loadsOf(one, 'l3')).toEqual([{}]);
  const [{ 'A/1': power = 0 } = {}] = loadsOf(one, 'power');
  // What is rounded up is paid for by everybody: no more than a part.
  expect([power >= Math.sqrt(3), power < Math.sqrt(3) + 1 / 1_024]).toEqual([true, true]);
});

test('PH9 where two pairs meet a conductor has two rows, each with one of them in full and the other by seven eighths', () => {
  const evses = [between('A', ['l1', 'l2']), between('B', ['l1', 'l3']), evseInput('C', 'grid', ['l1'])];
  expect(loadsOf(evses, 'l1')).toEqual([
    { 'A/1': 1, 'B/1': 0.875, 'C/1': 1 },
    { 'A/1': 0.875, 'B/1': 1, 'C/1': 1 },
  ]);
  expect(loadsOf(evses, 'l2')).toEqual([{ 'A/1': 1 }]);
  expect(loadsOf(evses, 'l3')).toEqual([{ 'B/1': 1 }]);
});

test('two legs of a split supply carry sums, and twice the power', () => {
  const evses = ['A', 'B'].map((id) => between(id, ['l1', 'l2'], { wiring: 'split-phase' }));
  expect(loadsOf(evses, 'l1')).toEqual([{ 'A/1': 1, 'B/1': 1 }]);
  expect(loadsOf(evses, 'power')).toEqual([{ 'A/1': 2, 'B/1': 2 }]);
});

test('an EVSE between two conductors is known to its station as one phase, and needs two of them', () => {
  expect(socketPhases({ phases: ['l1', 'l2'], wiring: 'line-to-line' })).toBe(1);
  expect(socketPhases({ phases: ['l1', 'l2'], wiring: 'split-phase' })).toBe(1);
  expect(socketPhases({ phases: ['l1', 'l2'] })).toBe(2);
  for (const phases of [['l1'], ['l1', 'l2', 'l3']] as const) {
    expect(buildSiteModel(siteWith([{ ...between('A', ['l1', 'l2']), phases }]))).toMatchObject({
      error: [{ code: 'bad-phases', pointer: '/spec/stations/0/evses/0/phases' }],
    });
  }
});

test('MD5 no car leaves out one of two conductors: a mask of such an EVSE is none', () => {
  const site = built(siteWith([between('A', ['l1', 'l2'])], 300));
  const ask = (limit: number) =>
    gate({
      site,
      ...{ committed: new Map([[idOf(site, 'A'), deciAmps(0)]]), otherLoad: new Map(), horizonLoad: new Map() },
      masks: new Map([[idOf(site, 'A'), { phases: ['l1'], elsewhere: deciAmps(0) }]]),
      nowMs: NOW,
      proposal: { evseId: idOf(site, 'A'), limit: deciAmps(limit) },
    });
  expect(ask(301)).toMatchObject({ kind: 'refuse', row: { kind: 'l1' }, largest: 300 });
  const used = rowUses({
    site,
    ...{ committed: new Map([[idOf(site, 'A'), deciAmps(200)]]), otherLoad: new Map(), horizonLoad: new Map() },
    masks: new Map([[idOf(site, 'A'), { phases: ['l1'], elsewhere: deciAmps(0) }]]),
    nowMs: NOW,
  });
  expect(used.find(({ kind }) => kind === 'l2')?.usedDeciA).toBe(200);
});

// ---- An oracle that knows phasors and nothing of rows.

interface Phasor {
  readonly re: number;
  readonly im: number;
}
const at = (amount: number, degrees: number): Phasor => ({
  re: amount * Math.cos((degrees * Math.PI) / 180),
  im: amount * Math.sin((degrees * Math.PI) / 180),
});
const plus = (a: Phasor, b: Phasor): Phasor => ({ re: a.re + b.re, im: a.im + b.im });
const minus = (a: Phasor, b: Phasor): Phasor => ({ re: a.re - b.re, im: a.im - b.im });
const sizeOf = ({ re, im }: Phasor): number => Math.hypot(re, im);
const ANGLES: Readonly<Record<GridPhase, number>> = { l1: 0, l2: -120, l3: 120 };

interface Taker {
  readonly kind: 'pair' | 'phases';
  readonly phases: readonly GridPhase[];
  readonly committed: number;
  /** Of its limit, what its car draws. */
  readonly share: number;
  /** By which its current stands behind its voltage. */
  readonly lag: number;
}

function currentIn(conductor: GridPhase, takers: readonly Taker[]): Phasor {
  let sum: Phasor = { re: 0, im: 0 };
  for (const { kind, phases, committed, share, lag } of takers) {
    const drawn = committed * share;
    const [from, to] = phases;
    if (kind === 'phases' || from === undefined || to === undefined) {
      if (phases.includes(conductor)) sum = plus(sum, at(drawn, ANGLES[conductor] - lag));
      continue;
    }
    if (conductor !== from && conductor !== to) continue;
    const voltage = minus(at(1, ANGLES[from]), at(1, ANGLES[to]));
    const degrees = (Math.atan2(voltage.im, voltage.re) * 180) / Math.PI;
    const current = at(drawn, degrees - lag);
    sum = conductor === from ? plus(sum, current) : minus(sum, current);
  }
  return sum;
}

const takersWith = (mostLag: number): fc.Arbitrary<readonly Taker[]> =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom('pair', 'pair', 'phases'),
        pair: fc.constantFrom<readonly GridPhase[]>(
          ['l1', 'l2'],
          ['l2', 'l3'],
          ['l3', 'l1'],
          ['l2', 'l1'],
          ['l1', 'l3'],
        ),
        phases: fc.constantFrom<readonly GridPhase[]>(['l1'], ['l2'], ['l3'], ['l1', 'l2', 'l3'], ['l3', 'l1', 'l2']),
        committed: fc.integer({ min: 0, max: 800 }),
        share: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
        lag: fc.oneof(fc.constantFrom(-mostLag, mostLag), fc.double({ min: -mostLag, max: mostLag, noNaN: true })),
      }),
      { minLength: 1, maxLength: 10 },
    )
    .map((all) =>
      all.map(({ pair, phases, ...taker }) => ({ ...taker, phases: taker.kind === 'pair' ? pair : phases })),
    );

function usedBy(takers: readonly Taker[], other: PerPhaseDeciAmps): ReadonlyMap<string, number> {
  const evses = takers.map(({ kind, phases }, i): EvseInput => {
    const wiring = kind === 'pair' ? { wiring: 'line-to-line' as const } : {};
    return { ...evseInput(`S-${i}`, 'grid', phases), ...wiring, fallback: 0, maxCurrent: 800 };
  });
  const site = toModel(siteWith(evses));
  const committed = new Map<EvseId, DeciAmps>();
  for (const [i, taker] of takers.entries()) committed.set(idOf(site, `S-${i}`), deciAmps(taker.committed));
  const otherLoad = new Map([[circuitId('grid'), other]]);
  const used = new Map<string, number>();
  for (const row of rowUses({ site, committed, otherLoad, horizonLoad: otherLoad, nowMs: NOW })) {
    used.set(row.kind, Math.max(used.get(row.kind) ?? 0, row.usedDeciA));
  }
  return used;
}

test('PH9 no conductor carries more than its rows say, whatever is drawn, at power factors from 0.987 inductive to capacitive', () => {
  const angle = fc.double({ min: 0, max: 360, noNaN: true });
  fc.assert(
    fc.property(takersWith(9.3), fc.integer({ min: 0, max: 500 }), angle, (takers, other, degrees) => {
      const used = usedBy(
        takers,
        perPhase(() => deciAmps(other)),
      );
      for (const conductor of GRID_PHASES) {
        const flows = sizeOf(plus(currentIn(conductor, takers), at(other, degrees)));
        expect(used.get(conductor)).toBeGreaterThanOrEqual(flows - 1e-6);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('PH9 at equal power factors, everything drawn, a row says at most 9 % too much, and a tenth for each EVSE', () => {
  fc.assert(
    fc.property(takersWith(0), (takers) => {
      const pairs = takers.filter(({ kind }) => kind === 'pair').map((taker) => ({ ...taker, share: 1 }));
      const used = usedBy(
        pairs,
        perPhase(() => deciAmps(0)),
      );
      for (const conductor of GRID_PHASES) {
        expect(used.get(conductor)).toBeLessThanOrEqual(sizeOf(currentIn(conductor, pairs)) * 1.09 + pairs.length);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('PH13 the power of a site is never more than its row says', () => {
  fc.assert(
    fc.property(takersWith(9.3), (takers) => {
      let powerW = 0;
      for (const { kind, phases, committed, share } of takers) {
        powerW += (committed / 10) * share * 120 * (kind === 'pair' ? Math.sqrt(3) : phases.length);
      }
      const used =
        usedBy(
          takers,
          perPhase(() => deciAmps(0)),
        ).get('power') ?? 0;
      expect(watts(Math.ceil(used * 12))).toBeGreaterThanOrEqual(powerW - 1e-6);
    }),
    { numRuns: 1_000 },
  );
});
