import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { deciAmps, siteId, stationId } from '@headroom/kernel';
import { PACKS, QUIRK_NAMES } from '@headroom/ocpp/quirks';
import { docsOf, quirkWords, SAYS_ITSELF_DOCS } from './quirk-words.ts';
import type { EvseLearned, ProfileFinding, StationLearned } from './station-learned.ts';
import { stationCard, STALE_AFTER_MS } from './station-notes.ts';

const NOW = Date.UTC(2026, 5, 7, 12);
const ST = stationId('ST-1');
const CONTEXT = { stationId: ST, nowMs: NOW, names: new Map([[1, 'Bay 7']]) };
const EVSE: EvseLearned = {
  ...{ evse: 1, maxCurrent: deciAmps(320), fallback: deciAmps(60), proven: true, countsWithMaximum: false },
  ...{ singlePeriod: false, service: 'in' },
};
const ABILITIES = {
  ...{ readAtMs: NOW - 60_000, failures: 0, inAmperes: true, inWatts: true, maxStackLevel: 8, maxPeriods: 24 },
  ...{ maxProfiles: 4, phaseSwitching: false, maxOfflineDuration: false, dynamicProfiles: false, remarks: [] },
};
const SOUND: StationLearned = {
  ...{ siteId: siteId('depot'), stationId: ST, toldAtMs: NOW - 4_000, connected: true },
  ...{ vendor: 'Acme', model: 'One', firmware: '1.2', version: 'OCPP 2.0.1', abilities: ABILITIES },
  ...{ quirks: [], concessions: [], limits: [], evses: [EVSE] },
  profiles: { readAtMs: NOW - 1_000, failures: 0, differs: false, findings: [] },
};
const card = (change: Partial<StationLearned> = {}) => stationCard({ ...SOUND, ...change }, CONTEXT);
const found = (finding: Partial<ProfileFinding>) => {
  const whole = {
    kind: 'foreign',
    evse: 1,
    profileId: 77,
    stackLevel: 3,
    purpose: 'TxProfile',
    allowsMore: true,
  } as const;
  return card({ profiles: { readAtMs: NOW, failures: 0, differs: true, findings: [{ ...whole, ...finding }] } }).found;
};

test('a sound station: what it is and can do, nothing odd, nothing found but our own', () => {
  expect(card()).toMatchObject({
    ...{ ageMs: 4_000, stale: false, sentence: 'Acme One, firmware 1.2. It speaks OCPP 2.0.1.' },
    abilities: [
      { sentence: 'It takes limits in amperes and watts.' },
      { sentence: 'It keeps 4 charging profiles, up to stack level 8.' },
      { sentence: 'Each of its limits may have 24 steps.' },
    ],
    ...{ peculiarities: [], obedience: [] },
    found: [{ code: 'as-told', sentence: 'It holds our limits, and none that overrules them.' }],
  });
});

test('nothing told, not asked, no name, offline and old each have their words', () => {
  expect(stationCard(undefined, CONTEXT)).toMatchObject({
    sentence: 'Nothing is known of this station just now: its dispatcher tells of each once a minute, and has not.',
    ...{ stale: false, abilities: [], found: [] },
  });
  const { abilities: _, profiles: __, version: ___, ...bare } = SOUND;
  const unknown = stationCard({ ...bare, vendor: '', model: '', firmware: '', connected: false }, CONTEXT);
  expect(unknown.sentence).toBe(
    'It has not said who it is: that comes with its next restart. It is offline: this is what was known last.',
  );
  expect(unknown.abilities).toMatchObject([{ code: 'not-asked' }]);
  expect(unknown.found).toMatchObject([{ code: 'not-read' }]);
  expect([STALE_AFTER_MS, STALE_AFTER_MS + 1].map((age) => card({ toldAtMs: NOW - age }).stale)).toEqual([false, true]);
});

test('1.6 cannot tell what it holds, and that is said', () => {
  expect(card({ version: 'OCPP 1.6' }).found).toMatchObject([{ code: 'cannot-tell' }]);
});

test('H70: a station that does not answer is said not to, and odd answers are told as they are', () => {
  const abilities = { ...ABILITIES, failures: 2, remarks: ['ChargingScheduleMaxPeriods is "0": taken as 1'] };
  const notes = card({ abilities }).abilities;
  expect(notes[0]?.sentence).toBe('It left the last 2 questions what it can do without an answer.');
  expect(notes.at(-1)).toMatchObject({
    ...{ code: 'odd-answer', sentence: 'ChargingScheduleMaxPeriods is "0": taken as 1.', docs: SAYS_ITSELF_DOCS },
  });
});

test('SI28: that leases are known to end is nothing odd; that they are known not to is', () => {
  const of = (value: string) => {
    const row = { quirk: 'leaseExpiry', value, id: 'H89', seen: 's', pack: 'FoxESS', stations: 'every model' };
    return card({ quirks: [row] }).peculiarities.map(({ code }) => code);
  };
  expect([of('proven'), of('disproven')]).toEqual([[], ['leaseExpiry']]);
});

test('H86: a row of a pack is told with what is done, its report, and where the documentation has it', () => {
  const quirk = {
    quirk: 'wholeAmps',
    value: 'true',
    id: 'H86',
    seen: 'refuses tenths',
    pack: 'Grizzl-E',
    stations: 'model "mini*"',
  };
  expect(card({ quirks: [quirk] }).peculiarities).toEqual([
    {
      code: 'wholeAmps',
      sentence: 'It takes whole amperes only.',
      does: 'Limits are rounded down to whole amperes: less than one on each phase is left over.',
      seen: 'Grizzl-E, model "mini*": refuses tenths.',
      ...{ id: 'H86', docs: 'docs/quirks.md#grizzl-e' },
    },
  ]);
});

test('every quirk that a pack may state has words with its value, and one of a later release is not hidden', () => {
  for (const quirk of QUIRK_NAMES) {
    const stated = PACKS.flatMap(({ rules }) => rules).flatMap(({ quirks }) => quirks);
    const value = `${stated.find((each) => each.quirk === quirk)?.value ?? 1}`;
    const { sentence, does } = quirkWords({ quirk, value, id: 'H1', seen: 'x', pack: 'p', stations: 'every model' });
    for (const words of [sentence, does]) expect(words).toMatch(/^[A-Z][^]+\.$/);
    expect(`${sentence}${does}`).not.toMatch(/NaN|undefined/);
  }
  const later = { quirk: 'hums', value: 'true', id: 'H999', seen: 'hums', pack: 'Acme', stations: 'every model' };
  expect(card({ quirks: [later] }).peculiarities).toMatchObject([{ code: 'hums', sentence: 'Hums.', id: 'H999' }]);
});

test('where the documentation is said to tell more, it has that heading', () => {
  const page = join(import.meta.dirname, '../../../../docs/quirks.md');
  expect(existsSync(page)).toBe(true);
  const anchors = new Set(
    readFileSync(page, 'utf8')
      .split('\n')
      .flatMap((line) => /^#+ (.+)$/.exec(line)?.[1] ?? [])
      .map((heading) => `docs/quirks.md#${heading.toLowerCase().replaceAll(' ', '-')}`),
  );
  for (const docs of [SAYS_ITSELF_DOCS, ...PACKS.map(({ vendor }) => docsOf(vendor))]) {
    expect([...anchors]).toContain(docs);
  }
});

test.each([
  ['smart-charging-off', /switched off/, /until it accepts one/],
  ['no-limits', /DC station/, /all that it could draw/],
  ['no-lease', /no room for two charging profiles/, /never get more/],
  ['one-period', /one step/, /ends early/],
  ['leases-unseen', /ends by itself/, /watched to its end/],
] as const)('%s: what its limits go without is said, with what is done', (concession, sentence, does) => {
  const [note] = card({ concessions: [concession] }).peculiarities;
  expect(note?.sentence).toMatch(sentence);
  expect(note?.does).toMatch(does);
});

test('H82: watts cost a share of each limit, and a limit with two steps may have been refused by one EVSE alone', () => {
  const evses = [{ ...EVSE, passesPercent: 30, singlePeriod: true }];
  expect(card({ concessions: ['watts'], evses }).peculiarities).toMatchObject([
    { code: 'watts', does: expect.stringMatching(/30 % of it at the usual voltage\.$/) },
    { code: 'one-period', evse: 1, sentence: 'Since it booted it has refused a limit with two steps.' },
  ]);
});

test('SI5: a stranger’s profile that may let more flow: until when, what it costs, and that it is not touched', () => {
  expect(found({ endsAtMs: NOW + 3_600_000 })).toEqual([
    {
      ...{ code: 'foreign', evse: 1, id: 'SI5', seen: 'TxProfile 77, stack level 3.', untilMs: NOW + 3_600_000 },
      sentence: 'A charging profile of somebody else stands on Bay 7, and may let more flow than ours.',
      does: 'It is left as it is: people decide. Until it is seen gone, Bay 7 counts with its maximum of 32 A: up to 26 A that others could have.',
    },
  ]);
  expect(found({ evse: 0, allowsMore: false })).toMatchObject([
    {
      sentence:
        'A charging profile of somebody else stands on the whole station, and lets no more flow than ours. It names no end.',
      does: 'It is left as it is: people decide. Nothing is kept for it.',
    },
  ]);
  expect(found({ kind: 'missing', allowsMore: false })).toMatchObject([{ does: expect.stringMatching(/sent again/) }]);
  expect(found({ kind: 'changed' })[0]?.does).toMatch(
    /takes its place\. Until it is seen gone, Bay 7 counts with its maximum/,
  );
});

test('what nobody has seen is not said to be sound: one to be asked anew, and one that differed before its findings were kept', () => {
  const of = (profiles: NonNullable<StationLearned['profiles']>) => card({ profiles }).found;
  // Also when it has connected anew, or does not obey.
  expect(of({ readAtMs: 0, failures: 0, differs: false, findings: [] })).toMatchObject([
    { code: 'not-read', sentence: expect.not.stringMatching(/^It restarted/) },
  ]);
  expect(of({ readAtMs: NOW, failures: 0, differs: true, findings: [] })).toMatchObject([{ code: 'not-read' }]);
});

test('a station that others limit is not said to hold no others', () => {
  const limit = { evse: 0, source: 'EMS', isGridCritical: false, validUntilMs: NOW + 90_000 };
  const schedules = [{ unit: 'A' as const, steps: [{ fromMs: NOW - 1, limit: 100 }] }];
  const [first] = card({ limits: [{ ...limit, schedules }] }).found;
  expect(first).toMatchObject({ code: 'as-told', sentence: expect.not.stringMatching(/no others/) });
});

test('K11: what others allow is told while it holds, with its end; what is over, or begins later, is not', () => {
  const step = { fromMs: NOW - 1_000, limit: 100 };
  const limit = { evse: 0, source: 'EMS', isGridCritical: true, validUntilMs: NOW + 90_000 };
  const of = (schedules: StationLearned['limits'][number]['schedules'], validUntilMs = limit.validUntilMs) =>
    card({ limits: [{ ...limit, schedules, validUntilMs }] }).found.filter(({ code }) => code === 'others-limit');
  expect(of([{ unit: 'A', steps: [step, { fromMs: NOW + 30_000, limit: 160 }] }])).toMatchObject([
    {
      sentence: 'EMS allows the whole station 10 A now. The grid needs it, it says.',
      untilMs: NOW + 30_000,
      id: 'K11',
    },
  ]);
  expect(of([{ unit: 'W', steps: [{ ...step, limit: 7_400 }], untilMs: NOW + 60_000 }])).toMatchObject([
    { sentence: expect.stringMatching(/7\.4 kW now/), untilMs: NOW + 60_000 },
  ]);
  const lost = { ...limit, isUnlisted: true as const, schedules: [{ unit: 'A' as const, steps: [step] }] };
  expect(card({ limits: [lost] }).found.at(-1)).toMatchObject({
    sentence: 'EMS was said to limit the whole station; its station does not name that limit any more.',
    does: 'Its end got lost: it holds nothing down any more.',
  });
  // One that has ended by its own words has not lost its end.
  const over = { ...lost, schedules: [{ unit: 'A' as const, steps: [step], untilMs: NOW }] };
  expect(card({ limits: [over] }).found).toMatchObject([{ code: 'as-told' }]);
  expect(of([])).toMatchObject([{ sentence: expect.stringMatching(/did not say by how much/) }]);
  expect(of([{ unit: 'A', steps: [step] }], NOW)).toEqual([]);
  expect(of([{ unit: 'A', steps: [{ ...step, fromMs: NOW + 1 }] }])).toEqual([]);
});

test('UD5, H86: what is held against an EVSE, what it said, and what the ladder has done', () => {
  const disobedience = {
    sinceMs: NOW - 60_000,
    step: 'ask',
    steppedAtMs: NOW,
    says: '32 A',
    refusesZero: false,
  } as const;
  const of = (change: Partial<EvseLearned>) => card({ evses: [{ ...EVSE, ...change }] }).obedience;
  expect(of({ disobedience })).toEqual([
    {
      ...{ code: 'ladder-ask', evse: 1, sentence: 'Bay 7 drew more than it was told.' },
      does: 'It was asked what it has and what it draws. It counts with all that it could draw.',
      seen: 'Asked what it has, it said: 32 A',
    },
  ]);
  expect(of({ disobedience: { ...disobedience, step: 'stop', refusesZero: true, obeysSinceMs: NOW } })).toMatchObject([
    { sentence: expect.stringMatching(/refuses 0 A.+obeys again/), does: 'Its transaction was stopped.', id: 'H86' },
  ]);
  expect(of({ countsWithMaximum: true })).toMatchObject([
    { code: 'counts-with-maximum', sentence: 'Bay 7 counts with its maximum of 32 A, whatever it was told.' },
  ]);
  expect(of({ disobedience, countsWithMaximum: true })).toHaveLength(1);
  expect(of({ service: 'out', proven: false })).toMatchObject([
    { code: 'out-of-service', does: 'It comes back with the next restart of its station.' },
    { code: 'not-proven', does: 'It counts with its maximum of 32 A.' },
  ]);
});

test('SI5, H87, H89: what an EVSE says of its limits and was not told is shown, with what it costs', () => {
  const says = (findings: readonly ('more' | 'less' | 'never-ends')[], atMost?: number) =>
    card({
      evses: [
        {
          ...EVSE,
          composite: { findings, says: '20 A', ...(atMost === undefined ? {} : { atMost: deciAmps(atMost) }) },
        },
      ],
    }).found.slice(1);
  expect(says(['more'])).toEqual([
    {
      ...{ code: 'says-more', evse: 1, id: 'SI5', seen: 'Asked what holds, it said: 20 A' },
      sentence: 'Bay 7 says that more may flow than it was told.',
      does: 'Its permanent limit was sent again. Until it says otherwise it counts with its maximum of 32 A. It is asked once an hour.',
    },
  ]);
  expect(says(['less', 'never-ends'], 80)).toMatchObject([
    { code: 'says-less', does: 'It is offered 8 A at most, unless it is seen to offer more.' },
    { code: 'says-never-ends', does: expect.stringMatching(/fits for good/) },
  ]);
  expect(says(['less'])).toMatchObject([{ does: expect.stringMatching(/nothing is made of it/) }]);
  expect(says([])).toEqual([]);
});
