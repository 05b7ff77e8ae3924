import { describe, expect, test } from '@jest/globals';
import { plainSite } from '../site/plain-site.ts';
import { grow } from './grow.ts';
import { COLUMNS, MAX_FAULTS, MAX_SESSIONS, readSessions } from './read-sessions.ts';
import { type Stay, staysAt } from './stays.ts';

const HEADINGS = COLUMNS.join(',');
const LINE = 'bay-1,2026-03-02T08:00:00+01:00,2026-03-02T17:30:00+01:00,20,12.5,2026-03-02T17:00:00+01:00,yes';
const fileOf = (...lines: readonly string[]): string => [HEADINGS, ...lines, ''].join('\n');
function sessionsOf(...lines: readonly string[]) {
  const read = readSessions(fileOf(...lines));
  if (read.kind === 'refused') throw new Error(read.why);
  return read.sessions;
}

describe('a file of sessions', () => {
  test('instants with an offset; a driver who said nothing has no departure', () => {
    const [said, silent] = sessionsOf(LINE, LINE.replace('yes', 'no').replace(',20,', ',,'));
    expect(said).toEqual({
      ...{ evseId: 'bay-1', deliveredKwh: 12.5, requestedKwh: 20 },
      ...{ arrivedAtMs: Date.UTC(2026, 2, 2, 7), departedAtMs: Date.UTC(2026, 2, 2, 16, 30) },
      statedDepartureAtMs: Date.UTC(2026, 2, 2, 16),
    });
    expect(silent).toMatchObject({ requestedKwh: undefined, statedDepartureAtMs: undefined });
  });

  test('a stay over a change of the clocks is as long as it was', () => {
    const [over] = sessionsOf('b,2026-03-28T23:00:00+01:00,2026-03-29T05:00:00+02:00,,3,,no');
    expect(((over?.departedAtMs ?? 0) - (over?.arrivedAtMs ?? 0)) / 60_000).toBe(300);
  });

  test('columns may stand in any order, with others among them, and lines may end as they like', () => {
    const names = [...COLUMNS].toReversed();
    const cells = LINE.split(',').toReversed();
    const read = readSessions(`\uFEFF${['note', ...names].join(', ')}\r\n${['x', ...cells].join(', ')}\r\n`);
    expect(read).toEqual({ kind: 'read', sessions: sessionsOf(LINE), skipped: 0, faults: [] });
  });

  test.each([
    ['too few cells', 'bay-1,2026', '2 cells under 7 headings'],
    ['an EVSE without a name', LINE.replace('bay-1', ''), 'evse_id is empty'],
    [
      'an instant without an offset',
      LINE.replace('08:00:00+01:00', '08:00:00'),
      'arrived_at is no instant with an offset: "2026-03-02T08:00:00"',
    ],
    [
      'a day that no month has',
      LINE.replace('2026-03-02T17:30', '2026-13-02T17:30'),
      'departed_at is no instant with an offset: "2026-13-02T17:30:00+01:00"',
    ],
    [
      'a day that its month has not',
      LINE.replace('2026-03-02T17:30', '2026-06-31T17:30'),
      'departed_at is no instant with an offset: "2026-06-31T17:30:00+01:00"',
    ],
    ['a departure before the arrival', LINE.replace('T17:30', 'T07:30'), 'it departs before it arrives'],
    ['a stay of weeks', LINE.replace('2026-03-02T17:30', '2026-03-22T17:30'), 'it stays for 20 days'],
    ['energy below 0', LINE.replace('12.5', '-1'), 'delivered_energy_kwh is no energy: "-1"'],
    ['energy beyond all cars', LINE.replace('12.5', '501'), 'delivered_energy_kwh is no energy: "501"'],
    ['energy that is no number', LINE.replace(',20,', ',much,'), 'requested_energy_kwh is no energy: "much"'],
    ['neither yes nor no', LINE.replace('yes', 'maybe'), 'driver_stated is yes or no, not "maybe"'],
    [
      'a stated departure that is none',
      LINE.replace('2026-03-02T17:00:00+01:00', 'soon'),
      'estimated_departure_at is no instant with an offset: "soon"',
    ],
  ])('%s: the line loses itself only, and is named', (_, line, fault) => {
    expect(readSessions(fileOf(LINE, line, LINE))).toMatchObject({
      ...{ kind: 'read', skipped: 1, faults: [`line 3: ${fault}`] },
      sessions: [expect.objectContaining({ evseId: 'bay-1' }), expect.objectContaining({ evseId: 'bay-1' })],
    });
  });

  test('of many wrong lines the first are named, and all are counted', () => {
    const read = readSessions(fileOf(LINE, ...Array.from({ length: MAX_FAULTS + 5 }, () => 'torn')));
    expect(read).toMatchObject({ skipped: MAX_FAULTS + 5, faults: { length: MAX_FAULTS } });
  });

  test.each([
    ['an empty file', '', 'the file is empty'],
    ['a missing column', 'evse_id,arrived_at\n', 'line 1: there is no column departed_at'],
    ['no session', fileOf(), 'there is no session in it'],
    [
      'no session that is right',
      fileOf('torn'),
      'there is no session in it that is right; line 2: 1 cells under 7 headings',
    ],
    ['one session too many', `${HEADINGS}\n${'x\n'.repeat(MAX_SESSIONS + 1)}`, `more than ${MAX_SESSIONS} sessions`],
  ])('%s is refused in words', (_, text, why) => {
    expect(readSessions(text)).toEqual({ kind: 'refused', why });
  });
});

function evsesOf(...names: readonly string[]) {
  const site = plainSite(names, { limitA: 60, voltageV: 230, phases: 1, maxA: 32 });
  if (typeof site === 'string') throw new Error(site);
  return [...site.evses.values()];
}

describe('sessions at the EVSEs of a site', () => {
  const line = (evse: string, [from, to]: readonly [string, string], kwh: number): string =>
    `${evse},2026-03-01T${from}:00Z,2026-03-01T${to}:00Z,${kwh},${kwh},,no`;

  test('what did not charge, or overlaps, is left out and counted; an EVSE goes by the names of the document', () => {
    const read = staysAt(
      evsesOf('a', 'b'),
      sessionsOf(
        line('b', ['09:00', '12:00'], 5),
        line('EVSE-1', ['08:00', '12:00'], 5),
        line('EVSE-1/1', ['11:00', '13:00'], 5),
        line('b', ['13:00', '14:00'], 0),
        line('b', ['15:00', '15:05'], 1),
      ),
    );
    expect(read).toMatchObject({ kind: 'read', leftOut: 2, overlapping: 1, stays: [{ evse: 0 }, { evse: 1 }] });
  });

  test('a name that the site does not have refuses all', () => {
    const read = staysAt(evsesOf('a'), sessionsOf(line('a', ['09:00', '12:00'], 5), line('c', ['09:00', '12:00'], 5)));
    expect(read).toMatchObject({ kind: 'refused', why: expect.stringContaining('the site has no EVSE c:') });
  });
});

describe('growth', () => {
  const DAY_MS = 86_400_000;
  const stay = (day: number, evse = 0): Stay => ({
    ...{ evse, needKwh: 5, arrivedAtMs: day * DAY_MS + 8 * 3_600_000, departedAtMs: day * DAY_MS + 16 * 3_600_000 },
    statedDepartureAtMs: day * DAY_MS + 15 * 3_600_000,
  });

  test('copies come a week apart, at a bay that is free for all of their stay', () => {
    const { stays, turnedAway } = grow([stay(0), stay(7)], 1, 2);
    expect(turnedAway).toBe(0);
    expect(
      stays.map(({ evse, arrivedAtMs, statedDepartureAtMs }) => [evse, arrivedAtMs / DAY_MS, statedDepartureAtMs]),
    ).toEqual([
      [0, 8 / 24, 15 * 3_600_000],
      [1, 8 / 24, 15 * 3_600_000],
      [0, 7 + 8 / 24, 7 * DAY_MS + 15 * 3_600_000],
      [1, 7 + 8 / 24, 7 * DAY_MS + 15 * 3_600_000],
    ]);
  });

  test('who finds no bay is turned away and counted, and nothing grows by nothing', () => {
    expect(grow([stay(0), stay(7)], 1, 1)).toEqual({ stays: [stay(0), stay(7)], turnedAway: 2 });
    expect(grow([stay(0)], 0, 9)).toEqual({ stays: [stay(0)], turnedAway: 0 });
  });
});
