import { expect, test } from '@jest/globals';
import {
  busiestDay,
  parseRecorded,
  PROBLEMS_MAX,
  RECORDED_COLUMNS,
  RECORDED_MAX_BYTES,
  type RecordedFile,
  sessionsOfDay,
} from './recorded-csv.ts';

const HEADER = RECORDED_COLUMNS.join(',');
const GOOD = 'EVSE-06,2019-06-12T08:00:00-07:00,2019-06-12T16:30:00-07:00,12.5,9.125,2019-06-12T15:00:00-07:00,yes';

function parsed(...lines: readonly string[]): RecordedFile {
  const outcome = parseRecorded([HEADER, ...lines].join('\n'));
  if (outcome.kind !== 'parsed') throw new Error(outcome.detail);
  return outcome.file;
}

test('reads a session: instants by their offset, energies as Wh, the day by local date', () => {
  expect(parsed(GOOD)).toEqual({
    sessions: [
      {
        evseId: 'EVSE-06',
        arrivedAtMs: Date.UTC(2019, 5, 12, 15),
        departedAtMs: Date.UTC(2019, 5, 12, 23, 30),
        requestedWh: 12_500,
        deliveredWh: 9_125,
        estimatedDepartureMs: Date.UTC(2019, 5, 12, 22),
        driverStated: true,
        day: '2019-06-12',
      },
    ],
    problems: [],
    skipped: 0,
  });
});

test('the local date counts, not the UTC one', () => {
  const late = GOOD.replace('2019-06-12T08:00:00', '2019-06-11T23:30:00');
  expect(parsed(late).sessions[0]?.day).toBe('2019-06-11');
});

test.each([
  ['a torn line', 'EVSE-06,2019-06-12T08:00:00-07:00,2019-06', 'has 3 fields, 7 are needed'],
  ['a field too many', `${GOOD},x`, 'has 8 fields'],
  ['no offset', GOOD.replace('08:00:00-07:00', '08:00:00'), 'arrived_at'],
  ['a day that does not exist', GOOD.replace('2019-06-12T16', '2019-06-31T16'), 'departed_at'],
  ['a departure before the arrival', GOOD.replace('2019-06-12T16:30', '2019-06-12T07:30'), 'is not after'],
  ['a negative energy', GOOD.replace('12.5', '-12.5'), 'requested_energy_kwh "-12.5"'],
  ['NaN', GOOD.replace('9.125', 'NaN'), 'delivered_energy_kwh "NaN"'],
  ['an absurd energy', GOOD.replace('12.5', '501'), 'from 0 to 500'],
  ['an empty energy', GOOD.replace('12.5', ''), 'requested_energy_kwh ""'],
  ['a strange flag', GOOD.replace('yes', 'maybe'), 'driver_stated "maybe"'],
  ['a strange EVSE', GOOD.replace('EVSE-06', '../../etc'), 'evse_id'],
  ['a wrong estimate', GOOD.replace('2019-06-12T15:00:00-07:00', 'later'), 'estimated_departure_at'],
])('%s is reported with its row, skipped and counted, and loses nothing else', (_what, line, detail) => {
  const file = parsed(GOOD, line, GOOD.replace('EVSE-06', 'EVSE-07'));
  expect(file.sessions.map((session) => session.evseId)).toEqual(['EVSE-06', 'EVSE-07']);
  expect(file.skipped).toBe(1);
  expect(file.problems[0]?.row).toBe(3);
  expect(file.problems[0]?.detail).toContain('Row 3 ');
  expect(file.problems[0]?.detail).toContain(detail);
});

test('energies with all the digits of a double are read', () => {
  const file = parsed(GOOD.replace('12.5', '1.1265232974865376'));
  expect([file.skipped, file.sessions[0]?.requestedWh]).toEqual([0, 1_127]);
});

test('an empty estimate is no estimate', () => {
  const file = parsed(GOOD.replace('2019-06-12T15:00:00-07:00', ''));
  expect(file.skipped).toBe(0);
  expect(file.sessions[0]).not.toHaveProperty('estimatedDepartureMs');
});

test('Windows line ends, a byte order mark and a last empty line are no problem', () => {
  const outcome = parseRecorded(`\uFEFF${HEADER}\r\n${GOOD}\r\n`);
  expect(outcome).toMatchObject({ kind: 'parsed', file: { skipped: 0, sessions: [{ evseId: 'EVSE-06' }] } });
});

test('lists the first problems and counts the rest', () => {
  const file = parsed(...Array.from({ length: PROBLEMS_MAX + 1 }, () => 'torn'), GOOD);
  expect([file.problems.length, file.skipped, file.sessions.length]).toEqual([PROBLEMS_MAX, PROBLEMS_MAX + 1, 1]);
});

test('refuses a file with another header, and one that is too large', () => {
  expect(parseRecorded('a,b,c\n1,2,3')).toMatchObject({ kind: 'refused' });
  expect(parseRecorded('')).toMatchObject({ kind: 'refused' });
  expect(parseRecorded('x'.repeat(RECORDED_MAX_BYTES + 1))).toMatchObject({ kind: 'refused' });
});

test('chooses the busiest day, the earlier of equals, and the sessions of a day in order of arrival', () => {
  const on = (day: string, evse: string, hour: string): string =>
    GOOD.replaceAll('2019-06-12', day).replace('EVSE-06', evse).replace('T08:', `T${hour}:`);
  const { sessions } = parsed(
    on('2019-06-14', 'A', '09'),
    on('2019-06-13', 'B', '10'),
    on('2019-06-13', 'C', '08'),
    on('2019-06-14', 'D', '07'),
  );
  expect(busiestDay(sessions)).toBe('2019-06-13');
  expect(sessionsOfDay(sessions, '2019-06-13').map((session) => session.evseId)).toEqual(['C', 'B']);
  expect(sessionsOfDay(sessions, '2019-01-01')).toEqual([]);
  expect(busiestDay([])).toBeUndefined();
});
