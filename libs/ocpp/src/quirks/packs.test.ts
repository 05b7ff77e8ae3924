import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PACKS } from './packs.ts';
import { quirksOf } from './quirks-of.ts';

const of = (vendor: string, model = '', firmware = '') => quirksOf({ vendor, model, firmware }, PACKS);
/** What a station of the vendor is known for, beside the defaults. */
const stated = (vendor: string, model = '', firmware = ''): Record<string, unknown> =>
  Object.fromEntries(of(vendor, model, firmware).fired.map(({ quirk, value }) => [quirk, value]));

const H86 = { wholeAmps: true, minCurrentDeciA: 70 };
const CASES: readonly (readonly [file: string, id: string, identity: readonly string[], quirks: object])[] = [
  ['abb', 'H81', ['ABB', 'Terra AC'], { singleLevel: true, maxStackLevel: 0 }],
  [
    'go-e',
    'H76, H78, H81, H82, H84, H91',
    ['go-e', 'Gemini'],
    {
      ...{ forgetsOffline: true, leaseExpiry: 'disproven', acceptsButIgnores: true, singleLevel: true },
      ...{ maxStackLevel: 0, rateUnit: 'A', phasesToName: 'wired', reinstallAfterBoot: true },
    },
  ],
  ['huawei', 'H86', ['HUAWEI', 'FusionCharge'], H86],
  ['grizzl-e', 'H86', ['Grizzl-E', 'Mini'], H86],
  ['grizzl-e', 'H86', ['Grizzl-E', 'Grizzl-E Mini Connect'], H86],
  ['foxess', 'H89', ['FoxESS', ''], { forgetsOffline: true, leaseExpiry: 'disproven', txDefaultFirst: true }],
  ['wallbox', 'H32', ['Wallbox Chargers', 'Pulsar'], { scheduleKind: 'relative' }],
  ['openevse', 'H83', ['OpenEVSE', ''], { rateUnit: 'A' }],
  ['headroom', 'H86, SI28', ['Headroom', 'Virtual AC22 whole amps'], { wholeAmps: true, leaseExpiry: 'proven' }],
  ['headroom', 'H81, SI28', ['Headroom', 'Virtual AC22 single level'], { singleLevel: true, leaseExpiry: 'proven' }],
  ['headroom', 'H20, SI28', ['Headroom', 'Virtual AC22 slow ear'], { minAnswerDelayMs: 1_200, leaseExpiry: 'proven' }],
  ['headroom', 'H89', ['Headroom', 'Virtual AC22 keeps leases'], { leaseExpiry: 'disproven' }],
  [
    'headroom',
    'H32, SI28',
    ['Headroom', 'Virtual AC22 relative only'],
    { scheduleKind: 'relative', leaseExpiry: 'proven' },
  ],
  [
    'headroom',
    'H87, SI28',
    ['Headroom', 'Virtual AC22 overstates'],
    { overstatesComposite: true, leaseExpiry: 'proven' },
  ],
  ['headroom', 'H83, SI28', ['Headroom', 'Virtual AC22 wrong unit'], { rateUnit: 'A', leaseExpiry: 'proven' }],
];

for (const [file, id, identity, quirks] of CASES) {
  test(`${id}: the pack ${file} says of ${identity.join(' ')}: ${JSON.stringify(quirks)}`, () => {
    const [vendor = '', model = ''] = identity;
    expect(stated(vendor, model)).toEqual(quirks);
    expect(of(vendor, model).quirks).toMatchObject(quirks);
    const cited = new Set(of(vendor, model).fired.map((fired) => fired.id));
    expect([...cited].toSorted().join(', ')).toBe(id);
  });
}

test('every file of packs/ is read, and has a test above', () => {
  const folder = join(import.meta.dirname, 'packs');
  const files = readdirSync(folder);
  expect(new Set(CASES.map(([file]) => `${file}.json`))).toEqual(new Set(files));
  const vendors = files.map((file) => {
    const pack = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly vendor: string };
    return pack.vendor;
  });
  expect(PACKS.map(({ vendor }) => vendor).toSorted()).toEqual(vendors.toSorted());
});

test('a station that no pack names, or that says nothing of itself, has no quirk; nor has another model of a vendor', () => {
  const unknown = [['EVBox'], [''], ['Headroom', 'AC22'], ['Grizzl-E', 'Classic'], ['Fox']] as const;
  for (const [vendor, model = ''] of unknown) expect(stated(vendor, model)).toEqual({});
});

test('each quirk that holds of a station is explained in words, with its report and its pack', () => {
  expect(of('Wallbox').fired.map(({ words }) => words)).toEqual([
    'scheduleKind relative, from when the seconds of a lease count: an instant, or the start of the transaction (H32: only schedules that count from the start of the transaction work; pack Wallbox, every model)',
  ]);
});
