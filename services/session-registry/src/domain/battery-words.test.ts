import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BatteryWords,
  MAX_BATTERY_WH,
  MIN_BATTERY_WH,
  type RequestWords,
  requestOfWords,
} from './battery-words.ts';
import { checkRequest } from './charging-request.ts';

const SIZE_WH = 77_000;
const OFFER = { atPlugInWh: 0, keepWh: 0, efficiencyPercent: 85, wearMicroPerKwh: 30_000 };
const words = (battery: Partial<BatteryWords>, more: Partial<RequestWords> = {}): RequestWords => ({
  ...{ energyWh: 0, departureAtMs: undefined, battery: { sizeWh: SIZE_WH, ...battery } },
  ...more,
});
const taken = (said: RequestWords) => {
  const outcome = requestOfWords(said);
  if (outcome.kind === 'err') throw new Error(outcome.error.map(({ detail }) => detail).join(' '));
  return outcome.value;
};
const refused = (said: RequestWords): readonly string[] => {
  const outcome = requestOfWords(said);
  return outcome.kind === 'ok' ? [] : outcome.error.map(({ code, pointer }) => `${code} ${pointer}`);
};

test('"at 40 % of 77 kWh, up to 80 %" wants 30.8 kWh; without a target it is filled', () => {
  const battery = { sizeWh: SIZE_WH, atPlugInWh: 30_800 };
  const asked = { departureAtMs: undefined, battery };
  expect(taken(words({ atPlugInPercent: 40, targetPercent: 80 }))).toEqual({ ...asked, energyWh: 30_800 });
  expect(taken(words({ atPlugInPercent: 40 }))).toEqual({ ...asked, energyWh: 46_200 });
  expect(taken(words({ atPlugInPercent: 40 }, { energyWh: 12_345 }))).toEqual({ ...asked, energyWh: 12_345 });
});

test('who says nothing of his battery is asked nothing more', () => {
  const plain = { energyWh: 5_000, departureAtMs: 7, discharge: { ...OFFER, atPlugInWh: 9_000 } };
  expect(taken(plain)).toEqual(plain);
});

test('MD17: what his car may give back is worked out of the same words: what is held rounds down, what stays and what is wanted up', () => {
  const battery = { sizeWh: 77_777, atPlugInPercent: 33, targetPercent: 90, keepPercent: 21 };
  expect(taken(words(battery, { departureAtMs: 9, discharge: OFFER }))).toEqual({
    ...{ departureAtMs: 9, energyWh: 70_000 - 25_666, battery: { sizeWh: 77_777, atPlugInWh: 25_666 } },
    discharge: { ...OFFER, atPlugInWh: 25_666, keepWh: 16_334 },
  });
});

test.each<readonly [string, RequestWords, readonly string[]]>([
  ['a battery of next to nothing', words({ sizeWh: MIN_BATTERY_WH - 1, atPlugInPercent: 0 }), ['sizeKwh']],
  ['one beyond any on wheels', words({ sizeWh: MAX_BATTERY_WH + 1, atPlugInPercent: 0 }), ['sizeKwh']],
  ['one that is no number', words({ sizeWh: Number.NaN, atPlugInPercent: 0 }), ['sizeKwh']],
  ['more than all', words({ atPlugInPercent: 101 }), ['atPlugInPercent']],
  ['a part of a percent', words({ atPlugInPercent: 1, targetPercent: 80.5 }), ['targetPercent']],
  ['less than nothing', words({ atPlugInPercent: -1 }), ['atPlugInPercent']],
  ['more in it than fits', words({ atPlugInWh: SIZE_WH + 1 }), ['atPlugInKwh']],
  ['nothing of what it held', words({ targetPercent: 80 }), ['atPlugInPercent']],
  ['a target that it holds already', words({ atPlugInPercent: 80, targetPercent: 80 }), ['targetPercent']],
  ['a full battery', words({ atPlugInPercent: 100 }), ['targetPercent']],
  ['something to keep, and nothing given back', words({ atPlugInPercent: 1, keepPercent: 20 }), ['keepPercent']],
])('a driver who says %s is refused at its place', (_, said, fields) => {
  expect(refused(said)).toEqual(fields.map((field) => `bad-battery /battery/${field}`));
});

test.each<readonly [string, RequestWords, string, string]>([
  [
    'a target twice',
    words({ atPlugInPercent: 40, targetPercent: 80 }, { energyWh: 30_800 }),
    '/energyKwh',
    'leave out energyKwh',
  ],
  [
    'what it held twice',
    words({ atPlugInPercent: 40, atPlugInWh: 30_800 }),
    '/battery/atPlugInKwh',
    'leave out battery.atPlugInKwh',
  ],
  [
    'what it held once more where it gives back',
    words({ atPlugInPercent: 40 }, { departureAtMs: 1, discharge: { ...OFFER, atPlugInWh: 30_800 } }),
    '/discharge/heldKwh',
    'leave out discharge.heldKwh',
  ],
  [
    'what stays twice',
    words({ atPlugInPercent: 40, keepPercent: 20 }, { departureAtMs: 1, discharge: { ...OFFER, keepWh: 15_400 } }),
    '/discharge/keepKwh',
    'leave out discharge.keepKwh',
  ],
  [
    'an energy that does not fit',
    words({ atPlugInPercent: 40 }, { energyWh: 46_201 }),
    '/energyKwh',
    'leave out energyKwh',
  ],
])('who says %s is told what to leave out', (_, said, pointer, hint) => {
  const outcome = requestOfWords(said);
  expect(outcome).toMatchObject({ error: [{ code: 'bad-battery', pointer, detail: expect.stringContaining(hint) }] });
});

test('percentages, and the same in energies, are the same request; and it is one that can be', () => {
  const percents = fc.tuple(fc.nat(99), fc.nat(98), fc.nat(100));
  const property = fc.property(
    fc.integer({ min: MIN_BATTERY_WH, max: 300_000 }),
    percents,
    fc.boolean(),
    (sizeWh, of, gives) => {
      const [atPlugInPercent, rise, keepPercent] = of;
      const targetPercent = Math.min(100, atPlugInPercent + 1 + rise);
      const inPercent = taken({
        ...{ energyWh: 0, departureAtMs: 1, ...(gives ? { discharge: OFFER } : {}) },
        battery: { sizeWh, atPlugInPercent, targetPercent, ...(gives ? { keepPercent } : {}) },
      });
      const atPlugInWh = Math.floor((sizeWh * atPlugInPercent) / 100);
      const keepWh = Math.ceil((sizeWh * keepPercent) / 100);
      const inEnergies = taken({
        ...{ energyWh: Math.ceil((sizeWh * targetPercent) / 100) - atPlugInWh, departureAtMs: 1 },
        ...(gives ? { discharge: { ...OFFER, keepWh } } : {}),
        battery: { sizeWh, atPlugInWh },
      });
      expect(inPercent).toEqual(inEnergies);
      expect(checkRequest(inPercent, 0)).toEqual([]);
    },
  );
  fc.assert(property);
});
