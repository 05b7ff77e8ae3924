import type { EventNote } from '../../domain/grid-event.ts';
import { CIRCUITS_AT_HAND } from '../../domain/site-grid.ts';
import { EVENTS_AT_HAND, EVENTS_KEPT_MAX, type GridBook, type GridNews } from '../../ports.ts';

/** A book under test: each call opens the same data again, as a restarted console does. */
export type OpenBook = () => GridBook;

class ContractBroken extends Error {
  readonly code = 'CONTRACT_BROKEN';
}

function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new ContractBroken(what);
}

const SITE = 'depot';
const TOPIC = 'grid';
let offset = 0n;
const next = (partition = 0) => ({ topic: TOPIC, partition, offset: (offset += 1n) });

const note = (eventId: string, part: Partial<EventNote> = {}, siteId = SITE): GridNews => ({
  kind: 'note',
  siteId,
  note: {
    ...{ kind: 'set', source: 'dso', eventId, eventName: `name "${eventId}"`, programName: 'ä', notedAtMs: 7 },
    ...{ periods: [{ startMs: 5, endMs: 9, asked: { kind: 'limit', limitW: 50_000 } }], sentence: '' },
    ...part,
  },
});
const idsOf = (items: readonly { readonly eventId: string }[]): string => items.map(({ eventId }) => eventId).join();

type Check = (open: OpenBook) => Promise<void>;

/** What every book does. Each check needs fresh data. */
export const bookChecks = {
  kept: async (open) => {
    const news: readonly GridNews[] = [
      note('a'),
      { kind: 'source', siteId: SITE, source: { name: 'dso', state: 'lost', sentence: 'gone', atMs: 5 } },
      { kind: 'timeline', siteId: SITE, timeline: { version: 3, segments: [{ startMs: 1, limitW: 9 }] } },
    ];
    const at = next();
    await open().take(news, at);
    const again = open();
    const grid = (await again.load([SITE, 'nobody'])).get(SITE);
    expectThat(idsOf(grid?.events ?? []) === 'a', 'an event comes back after a restart');
    expectThat(grid?.events[0]?.eventName === 'name "a"' && grid.events[0].programName === 'ä', 'as it was');
    expectThat(grid?.sources[0]?.sentence === 'gone', 'so does the state of its source');
    expectThat(grid?.timeline?.segments[0]?.limitW === 9, 'and the timeline');
    expectThat((await again.nextOffset(TOPIC, 0)) === at.offset + 1n, 'and the position behind them');
    expectThat(!(await again.load(['nobody'])).has('nobody'), 'of a site that nobody spoke of there is nothing');
  },

  once: async (open) => {
    const at = next();
    await open().take([note('a')], at);
    await open().take([note('b')], at);
    expectThat(idsOf((await open().list({ siteId: SITE, limit: 9 })).items) === 'a', 'a batch is taken once');
  },

  folded: async (open) => {
    await open().take([note('a'), note('b'), note('a', { kind: 'cancelled', notedAtMs: 8 })], next());
    const { items } = await open().list({ siteId: SITE, limit: 9 });
    expectThat(idsOf(items) === 'b,a', 'a later note changes its event, and not its place');
    expectThat(items[1]?.kind === 'cancelled', 'in kind');
  },

  nameless: async (open) => {
    const nameless = (sentence: string) => note('', { kind: 'refused', sentence, periods: [] });
    await open().take([nameless('no id'), nameless('no id'), nameless('no JSON')], next());
    const { items } = await open().list({ siteId: SITE, limit: 9 });
    expectThat(
      items.map(({ sentence }) => sentence).join() === 'no JSON,no id',
      'what has no id is known by its fault',
    );
  },

  newest: async (open) => {
    await open().take(
      [
        { kind: 'timeline', siteId: SITE, timeline: { version: 4, segments: [] } },
        { kind: 'timeline', siteId: SITE, timeline: { version: 3, segments: [] } },
        { kind: 'source', siteId: SITE, source: { name: 'dso', state: 'heard', sentence: 'new', atMs: 9 } },
        { kind: 'source', siteId: SITE, source: { name: 'dso', state: 'lost', sentence: 'old', atMs: 8 } },
      ],
      next(),
    );
    const grid = (await open().load([SITE])).get(SITE);
    expectThat(grid?.timeline?.version === 4, 'a lower version of a timeline changes nothing');
    expectThat(grid?.sources[0]?.sentence === 'new', 'nor does an older state of a source');
  },

  places: async (open) => {
    const ofCircuit = (circuitId: string, version: number, site = SITE): GridNews => ({
      ...{ kind: 'timeline', siteId: site, circuitId },
      timeline: { version, segments: [{ startMs: version, limitW: 9 }] },
    });
    const ofSite: GridNews = { kind: 'timeline', siteId: SITE, timeline: { version: 8, segments: [] } };
    await open().take([ofSite, ofCircuit('b', 2), ofCircuit('a', 2), ofCircuit('a', 1)], next());
    const grid = (await open().load([SITE])).get(SITE);
    const versions = [...(grid?.circuits ?? [])].map(([id, { version }]) => `${id} ${version}`).toSorted();
    expectThat(versions.join() === 'a 2,b 2', 'each circuit has its newest timeline');
    expectThat(grid?.timeline?.version === 8, 'beside that of the grid connection');
    const many = Array.from({ length: CIRCUITS_AT_HAND + 1 }, (_, n) => ofCircuit(`c-${1_000 + n}`, 1, 'other'));
    await open().take(many, next());
    const { circuits } = (await open().load(['other'])).get('other') ?? {};
    expectThat(circuits?.size === CIRCUITS_AT_HAND, `${circuits?.size} circuits are at hand`);
    expectThat(circuits?.has(`c-${1_000 + CIRCUITS_AT_HAND}`) === false, 'the first over the bound is not');
  },

  paged: async (open) => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await open().take([...ids.map((id) => note(id)), note('x', {}, 'other')], next());
    const first = await open().list({ siteId: SITE, limit: 2 });
    expectThat(idsOf(first.items) === 'e,d' && first.next !== undefined, 'newest first, with where to go on');
    // One that comes meanwhile moves nothing.
    await open().take([note('f')], next());
    const second = await open().list({ siteId: SITE, limit: 2, before: first.next ?? 0 });
    expectThat(idsOf(second.items) === 'c,b', 'the next page begins behind the last');
    const last = await open().list({ siteId: SITE, limit: 2, before: second.next ?? 0 });
    expectThat(idsOf(last.items) === 'a' && last.next === undefined, 'the last page says so');
  },

  bounded: async (open) => {
    const many = Array.from({ length: EVENTS_KEPT_MAX + 1 }, (_, n) => note(`e-${n}`));
    await open().take([note('x', {}, 'other'), ...many], next());
    let count = 0;
    let before: number | undefined;
    do {
      const page = await open().list({ siteId: SITE, limit: 500, ...(before === undefined ? {} : { before }) });
      count += page.items.length;
      expectThat(!page.items.some(({ eventId }) => eventId === 'e-0'), 'the oldest goes');
      before = page.next;
    } while (before !== undefined);
    expectThat(count === EVENTS_KEPT_MAX, `${count} are kept`);
    expectThat((await open().list({ siteId: 'other', limit: 9 })).items.length === 1, 'of that site alone');
    expectThat(
      (await open().load([SITE])).get(SITE)?.events.length === EVENTS_AT_HAND,
      'the live page has some of them',
    );
  },
} as const satisfies Readonly<Record<string, Check>>;
