import { expect, test } from '@jest/globals';
import { deciAmps, transactionId } from '@headroom/kernel';
import { capabilitiesOf } from '@headroom/ocpp/capabilities';
import {
  NO_QUIRKS,
  QUIRK_NAMES,
  type QuirkName,
  type Quirks,
  quirksOf,
  type QuirkValue,
  readPack,
} from '@headroom/ocpp/quirks';
import { Bench, told } from '../testing/bench.ts';
import { mayBeRaised } from './pace.ts';
import { planOf, type PlanInput, type ProfilePlan } from './plan-of.ts';
import { leaseEndOf } from './site-state.ts';
import { provesNothing } from './station-traits.ts';

/** A pack of one row, as its file has it, and what holds by it. */
function statedBy(quirk: QuirkName, value: QuirkValue): Quirks {
  const rules = [{ match: {}, quirks: { [quirk]: { value, id: 'H78', says: 'it was seen' } } }];
  const pack = readPack({ vendor: 'Acme', names: ['acme'], rules });
  if (pack.kind === 'err') throw new Error(pack.error.join('\n'));
  return quirksOf({ vendor: 'Acme', model: 'One', firmware: '1' }, [pack.value]).quirks;
}

const ABLE = capabilitiesOf('ocpp2.1', [
  { name: 'SmartChargingCtrlr.SupportsDynamicProfiles', value: 'true' },
  { name: 'SmartChargingCtrlr.ProfileStackLevel', value: '8' },
]).capabilities;
const INPUT: Omit<PlanInput, 'quirks'> = {
  capabilities: ABLE,
  place: { evse: 1, evses: 1, wiredPhases: 3, voltageV: 230 },
  fallback: deciAmps(60),
  limit: deciAmps(165),
  lease: { transactionId: transactionId('tx-1'), startScheduleMs: 10_000, durationS: 120, sinceTransactionS: 7 },
};
const plansBy = (quirks: Quirks): readonly ProfilePlan[] => planOf({ ...INPUT, quirks });
const leaseBy = (quirks: Quirks): ProfilePlan | undefined => plansBy(quirks)[1];

/** Of a vendor of the shipped packs, its permanent limit of 6 A accepted. */
function booted(vendor: string): Bench {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 0, undefined, { vendor, model: 'One', firmware: '1' });
  for (const command of bench.pass()) bench.answer(command);
  return bench;
}

/** Each changes something on the wire, or in what counts: what a station without it has, and what one with it has. */
interface Effect {
  readonly value: QuirkValue;
  readonly seen: (quirks: Quirks) => unknown;
  readonly without: unknown;
  readonly with: unknown;
}

/** What is done with every station: a pack may say so, and changes nothing by it. */
const ALWAYS: readonly QuirkName[] = ['neverClearThenSet', 'overwritesSameId', 'reinstallAfterBoot', 'txDefaultFirst'];
/** Shown where they work: the gateway's answers, pauses, cars that give back, and what stations are asked. */
const ELSEWHERE: readonly QuirkName[] = [
  'minAnswerDelayMs',
  'forgetsWhenPaused',
  'neverGivesBack',
  'overstatesComposite',
];

const EFFECTS: Readonly<Partial<Record<QuirkName, Effect>>> = {
  acceptsButIgnores: { value: true, seen: provesNothing, without: false, with: true },
  forgetsOffline: { value: true, seen: provesNothing, without: false, with: true },
  leaseExpiry: {
    value: 'disproven',
    seen: ({ leaseExpiry }) => {
      const bench = booted(leaseExpiry === 'disproven' ? 'FoxESS' : 'nobody');
      const [stationId] = [...bench.site.stations.keys()];
      return stationId && leaseEndOf(bench.site, stationId);
    },
    ...{ without: 'unknown', with: 'disproven' },
  },
  dynamicLeases: { value: true, seen: (quirks) => leaseBy(quirks)?.lease?.isDynamic, without: undefined, with: true },
  maxStackLevel: { value: 0, seen: (quirks) => leaseBy(quirks)?.stackLevel, without: 1, with: 0 },
  singleLevel: { value: true, seen: (quirks) => leaseBy(quirks)?.stackLevel, without: 1, with: 0 },
  minCurrentDeciA: { value: 170, seen: (quirks) => leaseBy(quirks)?.periods[0]?.amount, without: 165, with: 0 },
  wholeAmps: { value: true, seen: (quirks) => leaseBy(quirks)?.periods[0]?.amount, without: 165, with: 160 },
  phasesToName: {
    value: 'none',
    seen: (quirks) => leaseBy(quirks)?.periods[0]?.numberPhases,
    ...{ without: 3, with: undefined },
  },
  rateUnit: { value: 'W', seen: (quirks) => leaseBy(quirks)?.unit, without: 'A', with: 'W' },
  scheduleKind: {
    value: 'relative',
    seen: (quirks) => [leaseBy(quirks)?.lease?.startScheduleMs, leaseBy(quirks)?.lease?.durationS],
    ...{ without: [10_000, 120], with: [undefined, 127] },
  },
  minRaiseGapMs: {
    value: 60_000,
    seen: ({ minRaiseGapMs }) => {
      const raise = {
        from: deciAmps(60),
        limit: deciAmps(160),
        evse: { minCurrent: deciAmps(60), maxCurrent: deciAmps(320) },
      };
      return mayBeRaised({ lastMs: 0, fullAtMs: 0 }, { ...raise, minRaiseGapMs, nowMs: 30_000 });
    },
    ...{ without: true, with: false },
  },
};

test('every quirk has a test of its own, here or where it works', () => {
  expect([...Object.keys(EFFECTS), ...ALWAYS, ...ELSEWHERE].toSorted()).toEqual([...QUIRK_NAMES]);
});

test.each(Object.entries(EFFECTS))('a pack that states %s changes what is told, or what counts', (name, effect) => {
  const quirk = QUIRK_NAMES.find((known) => known === name);
  if (quirk === undefined) throw new Error(name);
  expect(effect.seen(NO_QUIRKS)).toEqual(effect.without);
  expect(effect.seen(statedBy(quirk, effect.value))).toEqual(effect.with);
});

test.each(ALWAYS)('%s is done with every station: a pack may not say otherwise', (quirk) => {
  const rules = [{ match: {}, quirks: { [quirk]: { value: false, id: 'H88', says: 'it was seen' } } }];
  expect(readPack({ vendor: 'Acme', names: ['acme'], rules }).kind).toBe('err');
  expect(plansBy(statedBy(quirk, true))).toEqual(plansBy(NO_QUIRKS));
});

test.each([
  ['H78', 'go-e'],
  ['H76', 'FoxESS'],
])('%s: what %s accepts frees nothing, whatever is decided: it counts with its maximum', (_, vendor) => {
  const counted = (of: string): number => {
    const bench = booted(of);
    bench.startTransaction(1);
    bench.decide({ 1: 10 });
    const sent = bench.pass();
    expect(told(sent)).toEqual(['ST-1 lease 10']);
    for (const command of sent) bench.answer(command);
    return bench.committedA(1);
  };
  expect([counted('nobody'), counted(vendor)]).toEqual([10, 32]);
});
