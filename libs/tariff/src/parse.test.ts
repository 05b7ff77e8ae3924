import { expect, test } from '@jest/globals';
import { parseTariff, tariffDocument } from './index.ts';
import { MAX_PER_KW, MAX_PER_KWH } from './tariff.ts';
import { accepted, exampleDocument, simpleDocument } from './test-support/documents.ts';
import { wrong, details, withSeason, withDays, withSpec, WEEKDAY, NIGHT, DAY } from './test-support/mistakes.ts';

test('the example is a tariff, and what is written of it is read as the same tariff', () => {
  const tariff = accepted(exampleDocument());
  expect(parseTariff(tariffDocument(tariff))).toEqual({ kind: 'ok', value: tariff });
  expect({ ...tariff, seasons: tariff.seasons.length, seasonOfMonthDay: [], holidays: tariff.holidays.size }).toEqual({
    name: 'workplace-tou',
    displayName: 'Workplace, time of use',
    currency: 'EUR',
    timezone: 'Europe/Paris',
    validFromDay: Date.UTC(2026, 0, 1) / 86_400_000,
    validToDay: Date.UTC(2027, 11, 31) / 86_400_000,
    validFromMs: Date.parse('2026-01-01T00:00+01:00'),
    validUntilMs: Date.parse('2028-01-01T00:00+01:00'),
    holidays: 22,
    seasons: 2,
    seasonOfMonthDay: [],
    demandCharges: [
      { kind: 'month-peak', name: 'highest power of the month', microPerKw: 4_250_000, seasons: ['winter', 'summer'] },
      {
        kind: 'period-peak',
        name: 'highest power at peak hours',
        microPerKw: 8_900_000,
        seasons: ['winter'],
        periods: ['peak'],
      },
    ],
    isFlat: false,
  });
});

test('the document comes from YAML or JSON: both give the same tariff', () => {
  const document = exampleDocument();
  expect(accepted(JSON.parse(JSON.stringify(document)))).toEqual(accepted(document));
});

test.each([
  [0.1425, 142_500],
  [0.000001, 1],
  [1.1, 1_100_000],
  [0.29, 290_000],
  [-0.05, -50_000],
  [0, 0],
  [-0, 0],
  [123_456.789012, 123_456_789_012],
])('a price of %d is %i millionths, exactly; below 0 and 0 are prices (DR-F9)', (perKwh, microPerKwh) => {
  const periods = [
    { name: 'day', perKwh },
    { name: 'night', perKwh: 1 },
  ];
  const [season] = accepted(withSeason({ periods })).seasons;
  expect(season?.periods[0]).toEqual({ periodName: 'day', microPerKwh });
});

test.each([
  ['six decimals', 0.0000001],
  ['six decimals', 0.1234567],
  ['six decimals', 0.1 + 0.2],
  ['Expected a number', MAX_PER_KWH + 1],
  ['Expected a number', -MAX_PER_KWH - 1],
  ['Expected a number', Number.NaN],
  ['Expected a number', Number.POSITIVE_INFINITY],
  ['Expected a number', '0.3'],
  ['Expected a number', null],
])('refused with "%s": a price of %p', (sentence, perKwh) => {
  const periods = [
    { name: 'day', perKwh },
    { name: 'night', perKwh: 1 },
  ];
  expect(wrong(withSeason({ periods }))).toEqual(['bad-amount /spec/seasons/0/periods/0/perKwh']);
  expect(details(withSeason({ periods }))[0]).toContain(sentence);
});

test.each<readonly [string, unknown, readonly string[]]>([
  ['no object', 'Tariff', ['invalid ']],
  ['null', null, ['invalid ']],
  ['a list', [], ['invalid ']],
  ['nothing', undefined, ['invalid ']],
  ['empty', {}, ['missing /apiVersion', 'missing /kind', 'missing /metadata', 'missing /spec']],
  ['another kind', { ...simpleDocument('UTC'), kind: 'Site' }, ['invalid /kind']],
  ['another version', { ...simpleDocument('UTC'), apiVersion: 'headroom/v2' }, ['invalid /apiVersion']],
  ['a bad name', { ...simpleDocument('UTC'), metadata: { name: '../x' } }, ['invalid /metadata/name']],
  ['an unknown key', withSpec({ 'a/b~c': 1 }), ['unknown-key /spec/a~1b~0c']],
  ['no currency', withSpec({ currency: 'EURO' }), ['bad-currency /spec/currency']],
  ['a currency of the past', withSpec({ currency: 'DEM' }), ['bad-currency /spec/currency']],
  ['an offset for a zone', withSpec({ timezone: '+02:00' }), ['bad-timezone /spec/timezone']],
  ['no zone', withSpec({ timezone: 'Europe/Atlantis' }), ['bad-timezone /spec/timezone']],
  ['a day that is not there', withSpec({ holidays: ['2026-02-29'] }), ['bad-date /spec/holidays/0']],
  ['a day before the years reckoned with', withSpec({ holidays: ['1999-12-31'] }), ['bad-date /spec/holidays/0']],
  ['a day beyond them', withSpec({ validTo: '2100-01-01' }), ['bad-date /spec/validTo']],
  ['a holiday twice', withSpec({ holidays: ['2026-05-01', '2026-05-01'] }), ['duplicate /spec/holidays/1']],
  [
    'an end before its start',
    withSpec({ validFrom: '2026-02-01', validTo: '2026-01-31' }),
    ['bad-validity /spec/validTo'],
  ],
  ['a control character', withSpec({ displayName: 'a\u0000b' }), ['invalid /spec/displayName']],
  ['no seasons', withSpec({ seasons: [] }), ['invalid /spec/seasons']],
  ['seasons that are no list', withSpec({ seasons: {} }), ['invalid /spec/seasons']],
  ['no such month', withSeason({ firstDay: '13-01' }), ['bad-date /spec/seasons/0/firstDay']],
  ['no weekday', withDays({}), [`missing ${WEEKDAY}`]],
  [
    'a time without quotes in old YAML',
    withDays({ weekday: [{ ...NIGHT, to: 360 }, DAY] }),
    [`bad-time ${WEEKDAY}/0/to`],
  ],
  ['no such hour', withDays({ weekday: [{ ...NIGHT, from: '25:00' }, DAY] }), [`bad-time ${WEEKDAY}/0/from`]],
  ['an empty range', withDays({ weekday: [{ ...NIGHT, to: '22:00' }, DAY] }), [`bad-time ${WEEKDAY}/0`]],
  ['a range from the end', withDays({ weekday: [{ ...NIGHT, from: '24:00' }, DAY] }), [`bad-time ${WEEKDAY}/0`]],
  [
    'a period without a price',
    withDays({ weekday: [{ ...NIGHT, period: 'nihgt' }, DAY] }),
    [`unknown-period ${WEEKDAY}/0/period`],
  ],
  [
    'a period that no day has',
    withDays({ weekday: [{ from: '00:00', to: '24:00', period: 'day' }] }),
    ['unused-period /spec/seasons/0/days'],
  ],
  [
    'periods of one name',
    withSeason({
      periods: [
        { name: 'day', perKwh: 1 },
        { name: 'night', perKwh: 1 },
        { name: 'day', perKwh: 2 },
      ],
    }),
    ['duplicate /spec/seasons/0/periods/2/name'],
  ],
  [
    'a charge below 0',
    withSpec({ demandCharges: [{ name: 'a', perKw: -1 }] }),
    ['bad-amount /spec/demandCharges/0/perKw'],
  ],
  [
    'a charge beyond reason',
    withSpec({ demandCharges: [{ name: 'a', perKw: MAX_PER_KW + 1 }] }),
    ['bad-amount /spec/demandCharges/0/perKw'],
  ],
  [
    'a charge of no period',
    withSpec({ demandCharges: [{ name: 'a', perKw: 1, periods: [] }] }),
    ['invalid /spec/demandCharges/0/periods'],
  ],
  [
    'a charge of an unknown period',
    withSpec({ demandCharges: [{ name: 'a', perKw: 1, periods: ['day', 'peak'] }] }),
    ['unknown-period /spec/demandCharges/0/periods/1'],
  ],
  [
    'a charge of an unknown season',
    withSpec({ demandCharges: [{ name: 'a', perKw: 1, seasons: ['spring'] }] }),
    ['unknown-season /spec/demandCharges/0/seasons/0'],
  ],
  [
    'charges of one name',
    withSpec({
      demandCharges: [
        { name: 'a', perKw: 1 },
        { name: 'a', perKw: 2 },
      ],
    }),
    ['duplicate /spec/demandCharges/1/name'],
  ],
])('refused, with its place: %s', (_, document, expected) => {
  expect(wrong(document)).toEqual(expected);
});

test('all problems are named at once, and what hangs on a broken part is not blamed', () => {
  const broken = withSeason(
    { periods: 'cheap', firstDay: '02-30' },
    { currency: 'x', demandCharges: [{ name: 'a', perKw: 1, periods: ['day'] }], validFrom: 'soon' },
  );
  expect(wrong(broken)).toEqual([
    'bad-currency /spec/currency',
    'bad-date /spec/validFrom',
    'bad-date /spec/seasons/0/firstDay',
    'invalid /spec/seasons/0/periods',
  ]);
});

test('an hour without a price is named with season, day type and times, also over midnight', () => {
  const cut = [
    { ...NIGHT, from: '23:00', to: '05:30' },
    { ...DAY, to: '21:00' },
  ];
  expect(details(withDays({ weekday: [NIGHT, DAY], weekend: cut }))).toEqual([
    'Season "year", weekend: from 05:30 to 06:00 there is no price.',
    'Season "year", weekend: from 21:00 to 23:00 there is no price.',
  ]);
  expect(wrong(withDays({ weekday: [NIGHT, DAY], weekend: cut }))).toEqual([
    'day-gap /spec/seasons/0/days/weekend',
    'day-gap /spec/seasons/0/days/weekend',
  ]);
});

test('an hour with two prices is named at the later of the two, also where a range wraps over midnight', () => {
  const twice = { weekday: [NIGHT, DAY], holiday: [DAY, { ...NIGHT, from: '21:30', to: '06:15' }] };
  expect(details(withDays(twice))).toEqual([
    'Season "year", holiday: from 06:00 to 06:15 there are 2 prices.',
    'Season "year", holiday: from 21:30 to 22:00 there are 2 prices.',
  ]);
  expect(wrong(withDays(twice))).toEqual(Array(2).fill('day-overlap /spec/seasons/0/days/holiday/1'));
});

test('a gap beside an overlap is not taken for one of them', () => {
  const uneven = [
    { ...DAY, from: '06:00', to: '05:00' },
    { ...NIGHT, from: '06:00', to: '07:00' },
  ];
  expect(details(withDays({ weekday: uneven }))).toEqual([
    'Season "year", weekday: from 05:00 to 06:00 there is no price.',
    'Season "year", weekday: from 06:00 to 07:00 there are 2 prices.',
  ]);
});

test('neighbouring ranges of one period are one range', () => {
  const weekday = [NIGHT, { ...DAY, to: '12:00' }, { ...DAY, from: '12:00' }];
  expect(tariffDocument(accepted(withDays({ weekday }))).spec.seasons[0]?.days.weekday).toEqual([
    { ...NIGHT, from: '00:00' },
    DAY,
    { ...NIGHT, to: '24:00' },
  ]);
});

test('days without a season and days with two are named, over the new year too; 02-29 is a day', () => {
  const [season] = simpleDocument('UTC').spec.seasons;
  const seasons = (...days: readonly (readonly [string, string])[]) =>
    withSpec({
      seasons: days.map(([firstDay, lastDay], index) => ({ ...season, name: `s${index}`, firstDay, lastDay })),
    });
  expect(wrong(seasons(['11-01', '03-31'], ['04-01', '10-31']))).toEqual([]);
  expect(details(seasons(['12-01', '02-28'], ['03-01', '10-31']))).toEqual([
    'No season has the days from 02-29 to 02-29.',
    'No season has the days from 11-01 to 11-30.',
  ]);
  expect(details(seasons(['11-01', '04-02'], ['04-01', '11-01']))).toEqual([
    'The seasons "s0", "s1" all have the days from 04-01 to 04-02.',
    'The seasons "s0", "s1" all have the days from 11-01 to 11-01.',
  ]);
});

test('a weekend that is not written is like a weekday, a holiday like a weekend', () => {
  const [plain] = accepted(withDays({ weekday: [NIGHT, DAY] })).seasons;
  expect(plain?.days.holiday).toEqual(plain?.days.weekday);
  const [season] = accepted(
    withDays({
      weekday: [NIGHT, DAY],
      weekend: [
        { ...NIGHT, to: '22:00', from: '00:00' },
        { ...DAY, from: '22:00', to: '24:00' },
      ],
    }),
  ).seasons;
  expect(season?.days.holiday).toEqual(season?.days.weekend);
  expect(season?.days.weekend).not.toEqual(season?.days.weekday);
});
