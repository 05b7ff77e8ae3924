import { describe, expect, it } from '@jest/globals';
import { deciAmps, perPhase, ZERO_PHASES } from '@headroom/kernel';
import { buildSiteModel } from './build.ts';
import { deratedBy, deratedSite, settledReading } from './derating.ts';
import { exportGate } from './export-gate.ts';
import { gate } from './gate.ts';
import type { DeratingInput, SiteModelInput } from './input.ts';
import type { MeterReading, SiteModel } from './model.ts';
import { otherLoadHorizon, otherLoadNow, worstOtherLoad } from './other-load.ts';
import { rowsOf } from './rows.ts';
import { mostThatLasts } from './lasting.ts';
import { loadedRows } from './loaded-rows.ts';
import { built, committedOf, evseInput, idOf, SMALL_SITE } from './site.fixture.ts';

const T0 = 1_800_000_000_000;
const DUCT: DeratingInput = {
  sensorId: 'duct',
  staleAfterMs: 30_000,
  risesAtMostDeciC: 30,
  steps: [
    { aboveDeciC: 300, percent: 90 },
    { aboveDeciC: 400, percent: 75 },
  ],
};

/** Panel A (64 A) is derated by the temperature of its duct; no other load, nothing limits in kW. */
const document = (derating: DeratingInput | 'none' = DUCT): SiteModelInput => ({
  ...SMALL_SITE,
  circuits: [
    { circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 1000) },
    {
      circuitId: 'panel-a',
      parentCircuitId: 'grid',
      name: 'Panel A',
      rating: perPhase(() => 640),
      ...(derating === 'none' ? {} : { derating }),
    },
  ],
  evses: [evseInput('ST-1', 'panel-a'), evseInput('ST-2', 'panel-a')],
  otherLoads: [],
});
const site = built(document());

const read = (celsius: number, sampledAtMs = T0): ReadonlyMap<string, MeterReading> =>
  new Map([['duct', reading(celsius, sampledAtMs)]]);
const reading = (celsius: number, sampledAtMs = T0): MeterReading => ({
  meterId: 'duct',
  current: ZERO_PHASES,
  sampledAtMs,
  receivedAtMs: sampledAtMs,
  temperatureDeciC: Math.round(celsius * 10),
});

const l1Of = (model: SiteModel, circuitId = 'panel-a') =>
  rowsOf(model, T0).find((row) => row.circuitId === circuitId && row.kind === 'l1');

describe('LC2: what a circuit bears follows its temperature', () => {
  it.each([
    ['cold', 20, [640, undefined, 'rating']],
    ['exactly at a step, and hotter within a lease', 30, [640, 64, 'rating']],
    ['just above it', 30.1, [576, undefined, 'derating']],
    ['near the next one', 38, [576, 96, 'derating']],
    ['above all of them', 41, [480, undefined, 'derating']],
  ] as const)('%s: %d C', (_, celsius, expected) => {
    const row = l1Of(deratedSite(site, read(celsius), T0));
    expect([row?.limitDeciA, row?.deratesByDeciA, row?.source]).toEqual(expected);
    expect(l1Of(deratedSite(site, read(celsius), T0), 'grid')).toMatchObject({ limitDeciA: 1000, source: 'rating' });
  });

  it('counts the last step where nothing fresh, or nothing at all, was read', () => {
    const { temperatureDeciC: _, ...current } = reading(20);
    const nowhere: readonly ReadonlyMap<string, MeterReading>[] = [
      new Map(),
      read(20, T0 - 30_001),
      read(Number.NaN),
      new Map([['duct', current]]),
    ];
    for (const readings of nowhere) {
      expect(l1Of(deratedSite(site, readings, T0))).toMatchObject({ limitDeciA: 480, source: 'derating' });
    }
    expect(l1Of(deratedSite(site, read(20, T0 - 30_000), T0))).toMatchObject({ limitDeciA: 640 });
    // Whoever asks of the document itself.
    expect(l1Of(site)).toMatchObject({ limitDeciA: 480 });
  });

  it('gives the same model again for the same steps, and the site itself where nothing is derated', () => {
    expect(deratedSite(site, read(20), T0)).toBe(deratedSite(site, read(21), T0 + 1));
    expect(deratedSite(site, read(41), T0)).not.toBe(deratedSite(site, read(21), T0));
    const plain = built(document('none'));
    expect(deratedSite(plain, read(20), T0)).toBe(plain);
  });

  it('the gate keeps free in the row of the dead what the circuit may lose within a lease', () => {
    const ask = (celsius: number, limit: number) => {
      const model = deratedSite(site, read(celsius), T0);
      return gate({
        ...{ site: model, committed: committedOf(site, { 'ST-1': 320, 'ST-2': 60 }), nowMs: T0 },
        ...{ otherLoad: otherLoadNow(model, new Map(), T0), horizonLoad: otherLoadHorizon(model, new Map(), T0) },
        proposal: { evseId: idOf(site, 'ST-2'), limit: deciAmps(limit) },
      });
    };
    expect(ask(20, 320)).toEqual({ kind: 'pass', decrease: false });
    // 27.1 + 3 C lies above the first step: 57.6 A of the 64 A.
    expect(ask(27.1, 320)).toMatchObject({ kind: 'refuse', gateRow: 'dead', largest: 256 });
    expect(ask(30.1, 320)).toMatchObject({ kind: 'refuse', gateRow: 'now', limitDeciA: 576, largest: 256 });
    expect(ask(45, 320)).toMatchObject({ kind: 'refuse', gateRow: 'now', limitDeciA: 480, largest: 160 });
  });

  it('what is allowed beyond the rating is of what is borne when hot, and never for being hot', () => {
    const [root, panel] = document().circuits;
    const load = { ...SMALL_SITE.otherLoads[0], circuitId: 'panel-a', risesAtMost: perPhase(() => 300) };
    const overload = { percent: 10, seconds: 300 };
    const model = built({
      ...document(),
      circuits: root && panel ? [root, { ...panel, overload }] : [],
      evses: [evseInput('ST-1', 'panel-a')],
      otherLoads: [{ ...load, name: 'Building', worstCase: perPhase(() => 300), staleAfterMs: 5_000 }],
    });
    const hot = deratedSite(model, read(38), T0);
    const view = { site: hot, nowMs: T0 };
    const none = new Map([...hot.circuits.keys()].map((id) => [id, ZERO_PHASES]));
    const [row] = loadedRows({ ...view, otherLoad: none, horizonLoad: worstOtherLoad(hot) }).filter(
      ({ circuitId, kind }) => circuitId === 'panel-a' && kind === 'l1',
    );
    // 30 A of rise, of which 10 % of 48 A are not kept; and 9.6 A for what it may lose.
    expect(row).toMatchObject({ overloadDeciA: 48, allowedDeciA: 48, riseDeciA: 300 - 48 + 96 });
  });

  it('what is obeyed for ever must fit at the hottest', () => {
    const lasting = new Set([idOf(site, 'ST-1')]);
    const three = built({
      ...document(),
      evses: ['ST-1', 'ST-2', 'ST-3'].map((id) => ({ ...evseInput(id, 'panel-a'), fallback: 150 })),
    });
    expect(mostThatLasts(deratedSite(three, read(20), T0), { lasting })).toEqual(new Map([[idOf(site, 'ST-1'), 179]]));
  });

  it('what flows back must be borne at the hottest', () => {
    const giver = { ...evseInput('ST-1', 'panel-a'), maxCurrent: 600, maxDischarge: 600 };
    const model = built({ ...document(), evses: [giver], exportLimitW: 100_000 });
    const ask = (discharge: number) =>
      exportGate({
        ...{ site: deratedSite(model, read(20), T0), giving: new Map(), drawn: new Map() },
        proposal: { evseId: idOf(model, 'ST-1'), discharge: deciAmps(discharge) },
      });
    expect(ask(480)).toMatchObject({ kind: 'pass' });
    expect(ask(481)).toMatchObject({ kind: 'refuse', largest: 480 });
  });
});

describe('LC2: a document that derates', () => {
  const refused = (derating: DeratingInput, change: Partial<SiteModelInput> = {}) => {
    const result = buildSiteModel({ ...document(derating), ...change });
    return result.kind === 'ok' ? [] : result.error;
  };

  it('is refused where fallbacks and other load do not fit at the last step', () => {
    const steps = [{ aboveDeciC: 300, percent: 30 }];
    const [problem] = refused(
      { ...DUCT, steps },
      { evses: ['A', 'B', 'C', 'D'].map((id) => evseInput(id, 'panel-a')) },
    );
    expect(problem?.code).toBe('fallbacks-do-not-fit');
    expect(problem?.detail).toContain(
      'above the limit of 19.2 A (30 % of its rating: it may get hot with nobody alive)',
    );
  });

  it('is refused where sources may flow back beyond what is borne at the hottest', () => {
    const pv = { circuitId: 'panel-a', name: 'PV', meterId: 'pv', staleAfterMs: 5_000, atMost: perPhase(() => 500) };
    expect(refused(DUCT, { sources: [pv] })).toMatchObject([
      { code: 'sources-do-not-fit', detail: expect.stringContaining('above the rating at its hottest of 48 A') },
    ]);
  });

  it.each([
    ['a name that is none', { sensorId: 'a b' }, 'sensor'],
    ['a word for how long', { staleAfterMs: 0 }, 'staleAfter'],
    ['a rise below 0', { risesAtMostDeciC: -1 }, 'risesAtMostC'],
    ['no steps', { steps: [] }, 'steps'],
    ['17 steps', { steps: Array.from({ length: 17 }, (_, i) => ({ aboveDeciC: i, percent: 99 - i })) }, 'steps'],
    ['a step that is too hot', { steps: [{ aboveDeciC: 1_501, percent: 90 }] }, 'steps/0/aboveC'],
    ['a step that derates nothing', { steps: [{ aboveDeciC: 300, percent: 100 }] }, 'steps/0/percent'],
    ['a step that leaves hardly anything', { steps: [{ aboveDeciC: 300, percent: 9 }] }, 'steps/0/percent'],
    ['a step that bears more', { steps: [DUCT.steps[0], { aboveDeciC: 400, percent: 95 }] }, 'steps/1'],
    ['a step that is colder', { steps: [DUCT.steps[0], { aboveDeciC: 300, percent: 80 }] }, 'steps/1'],
  ])('is refused with %s', (_, change, field) => {
    expect(refused({ ...DUCT, ...(change as Partial<DeratingInput>) })).toMatchObject([
      { code: 'bad-derating', pointer: `/spec/circuits/1/derating/${field}` },
    ]);
  });

  it('is refused where its sensor has the name of a meter', () => {
    expect(refused(DUCT, { otherLoads: [{ ...SMALL_SITE.otherLoads[0], meterId: 'duct' } as never] })).toMatchObject([
      { code: 'bad-derating', pointer: '/spec/circuits/1/derating/sensor' },
    ]);
  });

  it('has at most 100 sensors', () => {
    const circuits = (count: number) => [
      ...document('none').circuits,
      ...Array.from({ length: count }, (_, i) => ({
        ...{ circuitId: `c${i}`, parentCircuitId: 'grid', name: '', rating: perPhase(() => 100) },
        derating: { ...DUCT, sensorId: `s${i}` },
      })),
    ];
    expect(refused(DUCT, { circuits: circuits(100) })).toEqual([]);
    expect(refused(DUCT, { circuits: circuits(101) })).toMatchObject([{ code: 'too-large' }]);
  });
});

describe('LC2: a temperature that wavers', () => {
  const settle = (...celsius: readonly number[]): readonly number[] => {
    let kept: MeterReading | undefined;
    return celsius.map((value) => {
      kept = settledReading(kept, reading(value));
      return (kept.temperatureDeciC ?? 0) / 10;
    });
  };

  it('counts at once where it rises, and falls by what goes beyond 2 C', () => {
    expect(settle(30, 31, 29.5, 29, 28, 28.5, 30.5)).toEqual([30, 31, 31, 31, 30, 30, 30.5]);
  });

  it('leaves readings of currents alone', () => {
    const { temperatureDeciC: _, ...current } = reading(0);
    expect(settledReading(reading(40), current)).toBe(current);
    expect(settledReading(current, reading(20))).toEqual(reading(20));
  });

  it('about a step it moves the limit once', () => {
    const percents = settle(29.9, 30.1, 29.2, 30.4, 28.6, 30.2, 28.5).map(
      (celsius) => deratedBy(DUCT, celsius * 10).nowPercent,
    );
    expect(percents).toEqual([100, 90, 90, 90, 90, 90, 90]);
    expect(deratedBy(DUCT, (settle(30.4, 27.9)[1] ?? 0) * 10).nowPercent).toBe(100);
  });
});
