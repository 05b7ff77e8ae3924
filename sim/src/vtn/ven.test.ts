import { afterEach, expect, test } from '@jest/globals';
import { gridV1 } from '@headroom/contracts';
import { endVenRigs, limitKw, POLL_MS, SITE_W, venRig } from '../test-support/ven-rig.ts';
import { must } from '../test-support/vtn-bench.ts';
import { importLimitEvent, priceEvent, simpleLevelEvent } from './grid-events.ts';
import { HOSTILE_EVENTS } from './hostile-events.ts';
import type { Misbehaviour } from './misbehave.ts';

afterEach(endVenRigs);

test('an event of the VTN is on the timeline of the site after one poll, with its cause', async () => {
  const it = await venRig();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() + 60_000 });
  await it.start();
  await it.until('the timeline', () => it.timeline().length > 0);
  expect(it.timeline()).toEqual(['0..60 free', '60..3660 50 dso', '3660.. free']);
  expect(it.timeline('panel')).toEqual(['0.. free']);
});

test('DR-N9: an event for a target of ours reaches its circuit alone', async () => {
  const it = await venRig();
  limitKw(it, 20, { startMs: it.bench.time.nowMs(), targets: ['feeder-7'] });
  await it.start();
  await it.until('the timeline of the circuit', () => it.timeline('panel').length > 0);
  expect([it.timeline('panel'), it.timeline()]).toEqual([['0..3600 20 dso', '3600.. free'], ['0.. free']]);
});

test('modified, overlapped and cancelled: the timeline follows, and the note says so', async () => {
  const it = await venRig();
  const id = limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.start();
  await it.until('the event', () => it.timeline()[0] === '0..3600 50 dso');
  const change = importLimitEvent({ programId: it.programId, startMs: it.bench.time.nowMs() }, [{ value: 40 }]);
  must(it.bench.vtn.modifyEvent(id, change));
  await it.poll();
  await it.until('the open end', () => it.timeline().join() === '10.. 40 dso');
  const level = simpleLevelEvent({ programId: it.programId, startMs: it.bench.time.nowMs() }, [
    { durationMs: 60_000, value: 3 },
  ]);
  const prices = priceEvent(
    { programId: it.programId, startMs: it.bench.time.nowMs() },
    { currency: 'EUR', steps: [{ value: -0.1 }] },
  );
  must(it.bench.vtn.putEvent(level));
  must(it.bench.vtn.putEvent(prices));
  await it.poll();
  await it.until('level and price', () => it.timeline().length === 2 && it.timeline()[0]?.startsWith('20') === true);
  expect(it.timeline()).toEqual(['20..70 0 dso -0.1 EUR', '70.. 40 dso -0.1 EUR']);
  must(it.bench.vtn.cancelEvent(id));
  await it.poll();
  await it.until('the cancellation', () => it.timeline()[0]?.startsWith('30') === true);
  expect(it.timeline()).toEqual(['30..70 0 dso -0.1 EUR', '70.. free -0.1 EUR']);
  const notes = it.facts.flatMap(({ fact }) => (fact?.$case === 'eventNoted' ? [fact.value] : []));
  const { SET, CANCELLED } = gridV1.EventNoteKind;
  expect(notes.filter(({ eventId }) => eventId === id).map(({ kind }) => kind)).toEqual([SET, SET, CANCELLED]);
});

/** What hangs needs its deadline to come. */
const HANGS: ReadonlySet<Misbehaviour> = new Set(['hangs', 'slow-bytes']);
const BROKEN: readonly Misbehaviour[] = [
  ...['answers-500', 'answers-html', 'hangs', 'hangs-up', 'cut-short', 'body-of-10-mb', 'slow-bytes', 'redirects'],
] as const;

test.each([...BROKEN, ...HOSTILE_EVENTS] as readonly Misbehaviour[])(
  '%s: refused or bounded, said in the log, the timeline unmoved; and the next sound answer counts',
  async (mode) => {
    const it = await venRig();
    limitKw(it, 70, { startMs: it.bench.time.nowMs() });
    await it.start();
    await it.until('the sound event', () => it.timeline()[0] === '0..3600 70 dso');
    const before = it.versions();
    const said = (): string | undefined => it.lines.find((line) => /poll-failed|object-refused/.test(line));
    it.bench.vtn.misbehave(mode);
    await it.poll(HANGS.has(mode));
    await it.until('it is said', () => said() !== undefined);
    expect(it.versions()).toBe(before);
    expect(it.timeline()).toEqual(['0..3600 70 dso', '3600.. free']);
    it.bench.vtn.behave();
    limitKw(it, 60, { startMs: it.bench.time.nowMs() });
    await it.poll();
    await it.until('the next sound answer', () => it.timeline()[0]?.endsWith(' 60 dso') === true);
    // Only what can be read in full may move a site: the hostile event asks for 50 kW.
    const limits = it.facts.flatMap(({ fact }) =>
      fact?.$case === 'timelineSet' ? fact.value.segments.map(({ limitW }) => Number(limitW ?? SITE_W)) : [],
    );
    expect(new Set(limits)).toEqual(new Set([60_000, 70_000, SITE_W]));
  },
);

test('what is wrong with a hostile event is told to people, once', async () => {
  const it = await venRig();
  await it.start();
  await it.until('the first timeline', () => it.versions() === 1);
  it.bench.vtn.misbehave('limit-negative');
  await it.poll();
  const notes = () => it.facts.flatMap(({ fact }) => (fact?.$case === 'eventNoted' ? [fact.value] : []));
  await it.until('the note', () => notes().length > 0);
  await it.poll();
  await it.poll();
  expect(notes()).toMatchObject([
    {
      eventId: 'limit-negative',
      kind: gridV1.EventNoteKind.REFUSED,
      sentence: expect.stringMatching(/values\[0\] is -50/),
    },
  ]);
});

test('an event of 10^6 intervals is left out and told once; those beside it go on, the new ones too', async () => {
  const it = await venRig();
  limitKw(it, 70, { startMs: it.bench.time.nowMs() });
  await it.start();
  await it.until('the sound event', () => it.timeline()[0] === '0..3600 70 dso');
  it.bench.vtn.misbehave('million-intervals');
  for (const kW of [65, 60]) {
    limitKw(it, kW, { startMs: it.bench.time.nowMs() });
    await it.poll();
    await it.until(`${kW} kW`, () => it.timeline()[0]?.endsWith(` ${kW} dso`) === true);
  }
  expect(it.lines.filter((line) => line.startsWith('grid.poll-failed'))).toEqual([]);
  expect(it.lines.filter((line) => line.startsWith('grid.object-refused'))).toEqual([
    expect.stringMatching(/One of the events has more than 4194304 bytes; it is left out\./),
  ]);
});

test('an event with a bare NaN spoils the page that holds it: it is left out and told once, those beside it go on, the new ones too', async () => {
  const it = await venRig();
  limitKw(it, 70, { startMs: it.bench.time.nowMs() });
  await it.start();
  await it.until('the sound event', () => it.timeline()[0] === '0..3600 70 dso');
  it.bench.vtn.misbehave('limit-nan-bare');
  for (const kW of [65, 60]) {
    limitKw(it, kW, { startMs: it.bench.time.nowMs() });
    await it.poll();
    await it.until(`${kW} kW`, () => it.timeline()[0]?.endsWith(` ${kW} dso`) === true);
  }
  expect(it.lines.filter((line) => line.startsWith('grid.poll-failed'))).toEqual([]);
  expect(it.lines.filter((line) => line.startsWith('grid.object-refused'))).toEqual([
    expect.stringMatching(/One of the events is no JSON; it is left out\./),
  ]);
  const notes = it.facts.flatMap(({ fact }) => (fact?.$case === 'eventNoted' ? [fact.value] : []));
  expect(notes.filter(({ kind }) => kind === gridV1.EventNoteKind.REFUSED)).toMatchObject([
    { eventId: '', sentence: 'One of the events is no JSON; it is left out.' },
  ]);
});

test.each<Misbehaviour>([
  'token-lifetime-zero',
  'token-lifetime-negative',
  'token-lifetime-huge',
  'token-lifetime-infinite',
  'token-lifetime-text',
  'token-lifetime-missing',
])('%s: the VTN is heard all the same, and asked for a token once', async (mode) => {
  const it = await venRig();
  it.bench.vtn.misbehave(mode);
  limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.start();
  await it.until('the event', () => it.timeline()[0] === '0..3600 50 dso');
  await it.poll();
  const tokens = it.bench.vtn.requests().filter(({ path }) => path === '/auth/token');
  expect(tokens).toHaveLength(1);
});

test('DR-N5: a token that ended is renewed within the poll that finds it', async () => {
  const it = await venRig();
  await it.start();
  await it.until('the first timeline', () => it.versions() === 1);
  it.bench.vtn.endTokens();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() + POLL_MS });
  await it.poll();
  await it.until('the event', () => it.timeline().some((line) => line.endsWith('50 dso')));
  expect(it.lines.filter((line) => line.startsWith('grid.poll-failed'))).toEqual([]);
});

test('a wrong secret is said without the secret, and the site stays as it is', async () => {
  const it = await venRig();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.start({}, { secret: 'not the secret' });
  await it.until('it is said', () => it.lines.some((line) => line.startsWith('grid.poll-failed')));
  await it.until('a timeline', () => it.versions() === 1);
  expect(it.timeline()).toEqual(['0.. free']);
  expect(it.lines.join()).toContain('No token: the answer has status 401.');
  const told = it.facts.flatMap(({ fact }) => (fact?.$case === 'sourceChanged' ? [fact.value] : []));
  // What the page quotes.
  expect(told.at(-1)?.sentence).toContain('No token: the answer has status 401.');
  expect(it.lines.join() + JSON.stringify(told.map(({ sentence }) => sentence))).not.toContain('not the secret');
});

test('DR-E26, DR-D4: a restart while the VTN is away changes nothing of what was known', async () => {
  const it = await venRig();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  const first = await it.start();
  await it.until('the event', () => it.timeline()[0] === '0..3600 50 dso');
  await first.stop(1_000);
  it.bench.vtn.misbehave('answers-500');
  it.bench.time.advance(30_000);
  await it.start();
  await it.until('the timeline of the second life', () => it.versions() === 2);
  expect(it.timeline()).toEqual(['30..3600 50 dso', '3600.. free']);
});
