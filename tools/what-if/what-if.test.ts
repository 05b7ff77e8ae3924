import { describe, expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { acCar } from '../optimum/generate/session.ts';
import { readWhatIf } from './arguments.ts';
import { COLUMNS, MAX_SESSIONS, readSessions } from './read-sessions.ts';
import { recordedDays } from './recorded-days.ts';
import { replay } from './replay.ts';

const HEADINGS = COLUMNS.join(',');
const LINE = 'bay-1,2026-03-02T08:00:00+01:00,2026-03-02T17:30:00+01:00,20,12.5,2026-03-02T17:00:00+01:00,yes';
const fileOf = (...lines: readonly string[]): string => [HEADINGS, ...lines, ''].join('\n');
function sessionsOf(...lines: readonly string[]) {
  const read = readSessions(fileOf(...lines));
  if (read.kind === 'refused') throw new Error(read.why);
  return read.sessions;
}

describe('a file of sessions', () => {
  test('minutes count from the local midnight before the arrival', () => {
    expect(sessionsOf(LINE)).toEqual([
      {
        ...{ evseId: 'bay-1', date: '2026-03-02', arriveMin: 480, departMin: 1_050, statedDepartMin: 1_020 },
        ...{ deliveredKwh: 12.5, requestedKwh: 20 },
        ...{ arrivedAtMs: Date.UTC(2026, 2, 2, 7), departedAtMs: Date.UTC(2026, 2, 2, 16, 30) },
      },
    ]);
  });

  test('the offset decides the date, and a stay goes on beyond midnight', () => {
    const [late] = sessionsOf('b,2026-03-02T23:30:00-08:00,2026-03-03T01:00:00-08:00,,3,,no');
    expect(late).toMatchObject({
      date: '2026-03-02',
      arriveMin: 1_410,
      departMin: 1_500,
      requestedKwh: undefined,
      statedDepartMin: undefined,
    });
  });

  test('a stay over a change of the clocks is as long as it was', () => {
    const [over] = sessionsOf('b,2026-03-28T23:00:00+01:00,2026-03-29T05:00:00+02:00,,3,,no');
    expect((over?.departMin ?? 0) - (over?.arriveMin ?? 0)).toBe(300);
  });

  test('columns may stand in any order, with others among them, and lines may end as they like', () => {
    const names = [...COLUMNS].toReversed();
    const cells = LINE.split(',').toReversed();
    const read = readSessions(`${['note', ...names].join(', ')}\r\n${['x', ...cells].join(', ')}\r\n`);
    expect(read).toEqual({ kind: 'read', sessions: sessionsOf(LINE) });
  });

  test.each([
    ['an empty file', '', 'the file is empty'],
    ['a missing column', 'evse_id,arrived_at\n', 'line 1: there is no column departed_at'],
    ['a line with too few cells', fileOf(LINE, 'bay-1,2026'), 'line 3: 2 cells under 7 headings'],
    ['an EVSE without a name', fileOf(LINE.replace('bay-1', '')), 'line 2: evse_id is empty'],
    [
      'an instant without an offset',
      fileOf(LINE.replace('08:00:00+01:00', '08:00:00')),
      'line 2: arrived_at is no instant with an offset: "2026-03-02T08:00:00"',
    ],
    [
      'a day that no month has',
      fileOf(LINE.replace('2026-03-02T17:30', '2026-13-02T17:30')),
      'line 2: departed_at is no instant with an offset: "2026-13-02T17:30:00+01:00"',
    ],
    [
      'a departure before the arrival',
      fileOf(LINE.replace('T17:30', 'T07:30')),
      'line 2: it departs before it arrives',
    ],
    ['a stay of weeks', fileOf(LINE.replace('2026-03-02T17:30', '2026-03-22T17:30')), 'line 2: it stays for 20 days'],
    ['energy below 0', fileOf(LINE.replace('12.5', '-1')), 'line 2: delivered_energy_kwh is no energy: "-1"'],
    [
      'energy that is no number',
      fileOf(LINE.replace(',20,', ',much,')),
      'line 2: requested_energy_kwh is no energy: "much"',
    ],
    [
      'a word that is neither yes nor no',
      fileOf(LINE.replace('yes', 'maybe')),
      'line 2: driver_stated is yes or no, not "maybe"',
    ],
    [
      'a stated departure that is none',
      fileOf(LINE.replace('2026-03-02T17:00:00+01:00', 'soon')),
      'line 2: estimated_departure_at is no instant with an offset: "soon"',
    ],
    [
      'one session too many',
      `${HEADINGS}\n${'x\n'.repeat(MAX_SESSIONS + 1)}`,
      `${MAX_SESSIONS + 1} sessions, at most ${MAX_SESSIONS}`,
    ],
  ])('%s is refused in words', (_, text, why) => {
    expect(readSessions(text)).toEqual({ kind: 'refused', why });
  });
});

test('days stand for themselves; what did not charge, or overlaps, is left out and counted', () => {
  const line = (evse: string, day: number, [from, to]: readonly [string, string], kwh: number): string =>
    `${evse},2026-03-0${day}T${from}:00Z,2026-03-0${day}T${to}:00Z,${kwh},${kwh},,no`;
  const { days, overlapping, leftOut } = recordedDays(
    sessionsOf(
      line('b', 2, ['09:00', '12:00'], 5),
      line('a', 1, ['08:00', '12:00'], 5),
      line('a', 1, ['11:00', '13:00'], 5),
      line('b', 1, ['08:00', '09:00'], 0),
      line('b', 1, ['08:00', '08:05'], 1),
    ),
    acCar(1, 32),
  );
  expect([overlapping, leftOut]).toEqual([1, 2]);
  expect(
    days.map(({ date, day }) => [date, day.evses, day.sessions.map(({ evse, arriveMin }) => [evse, arriveMin])]),
  ).toEqual([
    ['2026-03-01', 2, [[0, 480]]],
    ['2026-03-02', 2, [[1, 540]]],
  ]);
});

test('what if: the words after the command', () => {
  expect(readWhatIf(['f.csv', '--limit-a', '60', '--phases', '3'])).toEqual({
    kind: 'run',
    what: { file: 'f.csv', limitA: 60, maxCurrentA: 32, voltageV: 230, phases: 3, days: 366 },
  });
  const why = (...args: readonly string[]) => readWhatIf(args);
  expect(why('--limit-a', '60')).toMatchObject({ why: 'no file of sessions' });
  expect(why('f.csv')).toMatchObject({ why: expect.stringContaining('--limit-a is missing') });
  expect(why('f.csv', 'g.csv')).toMatchObject({ why: 'one file is read, not "f.csv" and "g.csv"' });
  expect(why('f.csv', '--limit-a', '3')).toMatchObject({ why: '--limit-a wants a number from 6 to 10000' });
  expect(why('f.csv', '--limit-a', '60', '--phases', '2')).toMatchObject({ why: '--phases is 1 or 3' });
  expect(why('f.csv', '--power', '1')).toMatchObject({ why: 'there is no option --power' });
});

test('a replay compares all policies on the recorded days, and says what nobody could deliver', async () => {
  // Three cars on one phase of 16 A: bays 1, 4 and 7 of seven hang on L1.
  const bays = Array.from(
    { length: 7 },
    (_, n) => `bay-${n + 1},2026-03-02T08:00:00Z,2026-03-02T10:00:00Z,7,7,2026-03-02T10:00:00Z,yes`,
  );
  const said: string[] = [];
  const what = { limitA: 16, maxCurrentA: 16, voltageV: 230, phases: 1, days: 5 } as const;
  const table = replay(await openHighs(), sessionsOf(...bays), what, (line) => said.push(line));
  expect(said).toEqual(['  2026-03-02: 7 sessions']);
  expect(table.title).toBe('1 recorded days on 16 A a conductor');
  // Each phase carries 7.36 kWh in two hours.
  expect(table.notes[0]).toBe('The best possible allocator delivers 22 of 49 kWh that were delivered then.');
  expect(table.rows.map((row) => row['policy'])).toEqual([
    'causal bound',
    'uncontrolled',
    'equal share',
    'FCFS',
    'EDF',
    'LLF',
    'Headroom',
  ]);
  // What the first car leaves of its last five minutes is too little for the next one.
  expect(table.rows.find((row) => row['policy'] === 'FCFS')?.['of optimum %']).toBe('99.3');
});
