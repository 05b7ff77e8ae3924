import { expect, test } from '@jest/globals';
import { ok } from '@headroom/kernel';
import { event, type Json } from '../domain/test-support/events.ts';
import { fakeVtn, VTN_URL } from '../testing/fake-vtn.ts';
import { PAGE_MAX, PAGE_OBJECTS_MAX, PAGES_MAX, UNREADABLE_FIRST_MAX, UNREADABLE_MAX } from './read-pages.ts';
import { readVtn } from './read-vtn.ts';
import { createVtnAccess } from './vtn-access.ts';

function rig() {
  const vtn = fakeVtn();
  const access = createVtnAccess({ source: { url: VTN_URL }, http: vtn, clock: { monoMs: () => 0 } });
  const routing = { source: 'dso', targets: new Map(), untargeted: [{ siteId: 's1' }] };
  const source = { version: '3.1', programIds: [], routing, defaults: {} } as const;
  return { vtn, read: (known: readonly string[] = []) => readVtn(access, source, known) };
}

async function found(reading: ReturnType<typeof readVtn>) {
  const result = await reading;
  if (result.kind === 'err') throw new Error(result.error);
  return result.value;
}
const many = (count: number): readonly Json[] => Array.from({ length: count }, (_, n) => event({ id: `e${n}` }));
const ids = ({ events }: { readonly events: readonly { readonly eventId: string }[] }) =>
  events.map(({ eventId }) => eventId);
const lists = ({ requests }: ReturnType<typeof fakeVtn>) => requests.filter(({ url }) => url.includes('/events?'));

test('DR-N3: pages are read until one is short', async () => {
  const { vtn, read } = rig();
  vtn.events = many(2 * PAGE_MAX);
  expect(ids(await found(read()))).toHaveLength(2 * PAGE_MAX);
  const pages = vtn.requests.map(({ url }) => url).filter((url) => url.includes('/events'));
  expect(pages.map((url) => /skip=(\d+)/.exec(url)?.[1])).toEqual(['0', '50', '100']);
});

test('a VTN that gives the same page for ever is read twice', async () => {
  const { vtn, read } = rig();
  vtn.instead.set('/events', ok({ status: 200, body: many(PAGE_MAX) }));
  expect(new Set(ids(await found(read()))).size).toBe(PAGE_MAX);
  expect(vtn.requests.filter(({ url }) => url.includes('/events'))).toHaveLength(2);
});

test('of a list that is too long what was read counts, and that it is too long is told', async () => {
  const { vtn, read } = rig();
  vtn.events = many(PAGES_MAX * PAGE_MAX);
  const reading = await found(read());
  expect([ids(reading).length, reading.refused.map(({ sentence }) => sentence)]).toEqual([
    PAGES_MAX * PAGE_MAX,
    ['A list has more than 700 objects; the others are left out.'],
  ]);
});

test('a page with more objects than any page may have is no list', async () => {
  const { vtn, read } = rig();
  vtn.instead.set('/events', ok({ status: 200, body: many(PAGE_OBJECTS_MAX + 1) }));
  expect(await read()).toMatchObject({ kind: 'err', error: expect.stringMatching(/501 objects/) });
});

test('an event that makes every page too large is left out alone, and told; all others are read, once each', async () => {
  const { vtn, read } = rig();
  vtn.events = many(3 * PAGE_MAX + 7);
  for (const at of [0, 37, 99, 156]) {
    vtn.large.clear();
    vtn.large.add(`e${at}`);
    const reading = await found(read());
    expect([ids(reading).length, new Set(ids(reading)).size]).toEqual([3 * PAGE_MAX + 6, 3 * PAGE_MAX + 6]);
    expect(ids(reading)).not.toContain(`e${at}`);
    expect(reading.refused).toEqual([
      { id: '', sentence: 'One of the events has more than 1000 bytes; it is left out.' },
    ]);
  }
});

test('a known event that has become too large stays as it was, and is told by its id', async () => {
  const { vtn, read } = rig();
  vtn.events = many(2);
  vtn.large.add('e1');
  const reading = await found(read(['e0', 'e1']));
  expect([ids(reading), reading.unsure]).toEqual([['e0'], ['e1']]);
  expect(reading.refused.map(({ id, sentence }) => `${id}: ${sentence}`)).toEqual([
    ': One of the events has more than 1000 bytes; it is left out.',
    'e1: It has more than 1000 bytes; it is left out.',
  ]);
});

test('A28: an event with a bare NaN, which is no JSON, is left out alone, and told; all others are read, once each', async () => {
  const { vtn, read } = rig();
  vtn.events = many(3 * PAGE_MAX + 7);
  for (const at of [0, 37, 99, 156]) {
    vtn.garbled.clear();
    vtn.garbled.add(`e${at}`);
    const reading = await found(read());
    expect([ids(reading).length, new Set(ids(reading)).size]).toEqual([3 * PAGE_MAX + 6, 3 * PAGE_MAX + 6]);
    expect(ids(reading)).not.toContain(`e${at}`);
    expect(reading.refused).toEqual([{ id: '', sentence: 'One of the events is no JSON; it is left out.' }]);
  }
});

test('a known event that becomes no JSON stays as it was, and is told by its id', async () => {
  const { vtn, read } = rig();
  vtn.events = many(2);
  vtn.garbled.add('e1');
  const reading = await found(read(['e0', 'e1']));
  expect([ids(reading), reading.unsure]).toEqual([['e0'], ['e1']]);
  expect(reading.refused.map(({ id, sentence }) => `${id}: ${sentence}`)).toEqual([
    ': One of the events is no JSON; it is left out.',
    'e1: It is no JSON; it is left out.',
  ]);
});

test('a VTN all of whose answers are no JSON has not been heard', async () => {
  const { vtn, read } = rig();
  vtn.instead.set('/events?', ok({ status: 200, body: undefined, unread: { kind: 'no-json' } }));
  expect(await read(['e1'])).toEqual({ kind: 'err', error: 'The answer is no JSON.' });
});

test('small pages that bring nothing new do not end the list', async () => {
  const { vtn, read } = rig();
  vtn.events = [...many(2), event({ id: 'e1' }), event({ id: 'e1' }), event({ id: 'e2' }), event({ id: 'e3' })];
  vtn.large.add('e0');
  expect(new Set(ids(await found(read())))).toEqual(new Set(['e1', 'e2', 'e3']));
  expect(lists(vtn).map(({ url }) => /skip=.*/.exec(url)?.[0])).toContain('skip=2&limit=2');
});

test('a VTN that gives nothing but answers that are too large has not been heard: the first one over the bound', async () => {
  const { vtn, read } = rig();
  vtn.instead.set('/events?', ok({ status: 200, body: undefined, unread: { kind: 'too-large', mostBytes: 1_000 } }));
  expect(await read(['e1'])).toEqual({ kind: 'err', error: 'The answer has more than 1000 bytes.' });
  expect(lists(vtn)).toHaveLength(UNREADABLE_FIRST_MAX + 1);
});

test('the first answer over the number that may be too large ends a list of which something was read', async () => {
  const { vtn, read } = rig();
  vtn.events = many(3 * PAGE_MAX);
  for (let n = PAGE_MAX; n < 3 * PAGE_MAX; n += 1) vtn.large.add(`e${n}`);
  const reading = await found(read(['e99']));
  expect([ids(reading).length, reading.unsure]).toEqual([PAGE_MAX, ['e99']]);
  expect(reading.refused.map(({ sentence }) => sentence)).toContain(
    'A list has too many objects that cannot be read; the others are left out.',
  );
  // One sound page, and the first answer over the bound.
  expect(lists(vtn)).toHaveLength(UNREADABLE_MAX + 2);
});
