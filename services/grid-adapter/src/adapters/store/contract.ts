import type { KnownEvent } from '../../domain/known-event.ts';
import { newMemory, type SourceMemory } from '../../domain/source-memory.ts';
import type { GridStore } from '../../ports.ts';

/** A store under test. */
export interface StoreSubject {
  /** A handle on the same data: a second call is what another instance, or a restarted one, sees. */
  open(): GridStore;
  /** Lets so much of the store's time go by. */
  pass(ms: number): Promise<void>;
}

class ContractBroken extends Error {
  readonly code = 'CONTRACT_BROKEN';
}

function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new ContractBroken(what);
}

/** So long the leases of the checks are: real time in PostgreSQL, on a machine that is busy. */
export const CONTRACT_HOLD_MS = 1_500;
const LONG_MS = 60_000;

const KNOWN: KnownEvent = {
  event: {
    ...{ eventId: 'e-1', programId: 'p "ä" \\', modifiedAtMs: 1_764_100_000_123, targets: ['a'], ignoredTypes: [] },
    intervals: [
      {
        id: 0,
        period: { start: { kind: 'now' }, duration: { kind: 'span', months: 1, ms: 5 } },
        payloads: [{ kind: 'price', currency: 'EUR', microPerKwh: [-12_500, 0] }],
      },
    ],
    isCancelled: false,
  },
  ...{ versionMs: 1_764_100_000_123, firstSeenMs: 7, startDrawPpm: 999_999, restoreDrawPpm: 0 },
  held: [{ kind: 'limit', startMs: 5, endMs: 9, limitW: 50_000 }],
};
const FULL: SourceMemory = {
  ...newMemory(1_764_000_000_000, 4),
  known: { events: [KNOWN] },
  lastHeardMs: 1_764_100_000_000,
  lostSinceMs: 7,
  reported: ['e-0/5'],
  programNames: [['p "ä" \\', 'evening']],
};
const save = (name: string, memory: SourceMemory, isChanged = true) => ({
  sources: [{ name, memory, isChanged }],
  targetKeys: [],
});
const versions = (targetKeys: readonly string[]) => ({ sources: [], targetKeys });
const isSame = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);
/** Keys in one order: a store may give them back in another. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

type Check = (subject: StoreSubject) => Promise<void>;

/** What every store of the adapter does. Each check needs fresh data. */
export const storeChecks = {
  oneHolder: async (subject) => {
    const [one, other] = [subject.open(), subject.open()];
    expectThat((await one.hold('one', LONG_MS)) === 1, 'the first one acts, in term 1');
    expectThat((await other.hold('other', LONG_MS)) === undefined, 'nobody else does');
    expectThat((await one.hold('one', LONG_MS)) === 1, 'it stays in its term');
  },

  atOnce: async (subject) => {
    const holders = ['a', 'b', 'c', 'd', 'e', 'f'];
    const terms = await Promise.all(holders.map((holder) => subject.open().hold(holder, LONG_MS)));
    expectThat(terms.filter((term) => term !== undefined).join() === '1', 'of many at once one acts');
  },

  takeOver: async (subject) => {
    const [one, other] = [subject.open(), subject.open()];
    await one.hold('one', CONTRACT_HOLD_MS);
    await subject.pass(CONTRACT_HOLD_MS);
    expectThat(
      (await other.hold('other', LONG_MS)) === 2,
      'whose time is over is followed by another, in the next term',
    );
    expectThat((await one.save(1, save('dso', FULL))) === undefined, 'it saves nothing any more');
    expectThat((await one.save(1, versions(['t']))) === undefined, 'and gets no version');
    expectThat((await other.load()).size === 0, 'nothing of it is there');
    expectThat((await other.save(2, versions(['t'])))?.get('t') === 1, 'the other one does');
  },

  renewed: async (subject) => {
    const [one, other] = [subject.open(), subject.open()];
    await one.hold('one', CONTRACT_HOLD_MS);
    await one.hold('one', LONG_MS);
    await subject.pass(CONTRACT_HOLD_MS);
    expectThat((await other.hold('other', LONG_MS)) === undefined, 'who says a word in time goes on');
  },

  released: async (subject) => {
    const [one, other] = [subject.open(), subject.open()];
    await one.hold('one', LONG_MS);
    await other.release('other');
    expectThat((await other.hold('other', LONG_MS)) === undefined, 'only its holder gives it up');
    await one.release('one');
    expectThat((await other.hold('other', LONG_MS)) === 2, 'what is given up is taken at once');
  },

  kept: async (subject) => {
    const store = subject.open();
    const term = (await store.hold('one', LONG_MS)) ?? 0;
    await store.save(term, save('dso', FULL));
    await store.save(term, save('never heard', newMemory(3, 5)));
    const loaded = await subject.open().load();
    expectThat(isSame(loaded.get('dso'), FULL), 'a memory comes back as it was saved');
    expectThat(isSame(loaded.get('never heard'), newMemory(3, 5)), 'what is absent stays absent');
  },

  timeAlone: async (subject) => {
    const store = subject.open();
    const term = (await store.hold('one', LONG_MS)) ?? 0;
    await store.save(term, save('dso', FULL));
    await store.save(term, save('dso', { ...FULL, known: { events: [] }, lastHeardMs: 1_764_100_005_000 }, false));
    const loaded = (await store.load()).get('dso');
    expectThat(isSame(loaded, { ...FULL, lastHeardMs: 1_764_100_005_000 }), 'the time moves on, the rest stays');
  },

  versions: async (subject) => {
    const store = subject.open();
    const term = (await store.hold('one', LONG_MS)) ?? 0;
    const first = await store.save(term, versions(['a', 'b']));
    expectThat(first?.get('a') === 1 && first.get('b') === 1, 'the first version is 1');
    expectThat((await store.save(term, versions(['b'])))?.get('b') === 2, 'they rise one by one');
    expectThat((await subject.open().save(term, versions(['a'])))?.get('a') === 2, 'each target has its own');
  },
} as const satisfies Readonly<Record<string, Check>>;
