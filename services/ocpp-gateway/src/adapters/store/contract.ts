import { siteId, stationId } from '@headroom/kernel';
import type { GatewayStore, LogRecord } from '../../ports.ts';

/** A store under test, with room for five records. */
export interface StoreSubject {
  /** A handle on the same data: a second call is what another gateway, or a restarted one, sees. */
  open(): GatewayStore;
}

export const CONTRACT_MAX_ROWS = 5;

class ContractBroken extends Error {
  readonly code = 'CONTRACT_BROKEN';
}

function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new ContractBroken(what);
}

const ONE = stationId('ST-1');
const AT_ONE = { stationId: ONE, siteId: siteId('site-1') };
const TWO = stationId('ST-2');
export const recordOf = (eventId: string, station = ONE): LogRecord => ({
  stationId: station,
  eventId,
  topic: 'headroom.station.facts.v1',
  key: `site of ${station}`,
  headers: { 'event-id': eventId, 'event-type': 'ä "quoted"' },
  value: new Uint8Array([0, 255, 10, eventId.length]),
});
const idsOf = (records: readonly LogRecord[]): string => records.map((record) => record.eventId).join();

async function drain(store: GatewayStore, max = 100): Promise<readonly LogRecord[]> {
  const seen: LogRecord[] = [];
  const publish = async (records: readonly LogRecord[]) => {
    seen.push(...records);
    return [];
  };
  for (let count = 1; count > 0; ) count = await store.inbox.relay(publish, max);
  return seen;
}

type Check = (subject: StoreSubject) => Promise<void>;

/** What every store of the gateways does. Each check needs fresh data. */
export const storeChecks = {
  inOrder: async (subject) => {
    const store = subject.open();
    await store.inbox.put([recordOf('a'), recordOf('b', TWO), recordOf('c')]);
    expectThat((await store.inbox.put([recordOf('d', TWO)])) === 'kept', 'what is kept is said to be');
    const seen = await drain(subject.open(), 2);
    expectThat(idsOf(seen) === 'a,b,c,d', 'another gateway relays them in the order in which they were kept');
    const [first] = seen;
    const wanted = recordOf('a');
    expectThat(
      JSON.stringify({ ...first, value: [...(first?.value ?? [])] }) ===
        JSON.stringify({ ...wanted, value: [...wanted.value] }),
      'byte for byte',
    );
    expectThat((await drain(store)).length === 0, 'what was relayed is gone');
  },

  onceEach: async (subject) => {
    const store = subject.open();
    await store.inbox.put([recordOf('a')]);
    const again = await store.inbox.put([recordOf('a'), recordOf('b')]);
    expectThat(again === 'kept', 'a record that is there already is kept');
    expectThat(idsOf(await drain(store)) === 'a,b', 'and is there once, at its old place');
  },

  atLeastOnce: async (subject) => {
    const store = subject.open();
    await store.inbox.put([recordOf('a'), recordOf('b')]);
    const failed = await store.inbox
      .relay(() => Promise.reject(new Error('the log is away')), 10)
      .catch((cause: unknown) => (cause instanceof Error ? cause.message : ''));
    expectThat(failed === 'the log is away', 'a failure of the log comes out as it is');
    expectThat(idsOf(await drain(store)) === 'a,b', 'and nothing is forgotten');
  },

  oneRelay: async (subject) => {
    const [store, other] = [subject.open(), subject.open()];
    await store.inbox.put([recordOf('a')]);
    let inside: number | undefined;
    await store.inbox.relay(async () => {
      inside = await other.inbox.relay(() => Promise.reject(new Error('published twice at once')), 10);
      await other.inbox.put([recordOf('b')]);
      return [];
    }, 10);
    expectThat(inside === 0, 'a second relay finds the work taken');
    expectThat(idsOf(await drain(other)) === 'b', 'what came meanwhile was not handed over, and is not forgotten');
  },

  setAside: async (subject) => {
    const store = subject.open();
    await store.inbox.put([recordOf('a'), recordOf('b'), recordOf('c')]);
    await store.inbox.relay(async () => ['b'], 10);
    expectThat((await drain(store)).length === 0, 'what the log refuses for ever does not come again');
    expectThat((await store.inbox.waitingOf([ONE]))?.size === 0, 'nor does it hold up its station');
    expectThat((await store.inbox.put([recordOf('b')])) === 'kept', 'yet it is kept');
  },

  waiting: async (subject) => {
    const store = subject.open();
    await store.inbox.put([recordOf('a', TWO)]);
    const waiting = await subject.open().inbox.waitingOf([ONE, TWO]);
    expectThat([...(waiting ?? [])].join() === 'ST-2', 'the stations of which records wait');
    await drain(store);
    expectThat((await store.inbox.waitingOf([ONE, TWO]))?.size === 0, 'none once they are relayed');
  },

  bounded: async (subject) => {
    const store = subject.open();
    const ids = Array.from({ length: CONTRACT_MAX_ROWS }, (_, n) => recordOf(`r${n}`));
    expectThat((await store.inbox.put(ids)) === 'kept', 'as many as there is room for');
    expectThat((await store.inbox.put([recordOf('over')])) === 'full', 'the first over the bound is refused');
    expectThat((await drain(store)).length === CONTRACT_MAX_ROWS, 'and was not kept');
    expectThat((await store.inbox.put([recordOf('over')])) === 'kept', 'there is room again');
  },

  arrivals: async (subject) => {
    const [store, other] = [subject.open(), subject.open()];
    const first = await store.arrivals.arrive(AT_ONE, 1_700_000_000_000);
    expectThat(first?.generation === 1_700_000_000_000 && !first.recordsWait, 'the first one is by the clock');
    await store.inbox.put([recordOf('a')]);
    const second = await other.arrivals.arrive(AT_ONE, 1_600_000_000_000);
    expectThat(second?.generation === 1_700_000_000_001, 'the next is higher, though that clock is behind');
    expectThat(second?.recordsWait === true, 'and is told that records wait');
    expectThat((await other.arrivals.arrive({ stationId: TWO }, 5))?.generation === 5, 'stations are apart');
    expectThat(second?.booted === false, 'it has not booted yet');
    await store.arrivals.booted(AT_ONE);
    const third = await other.arrivals.arrive(AT_ONE, 0);
    expectThat(third?.booted === true, 'a boot is known to all gateways from then on');
    expectThat(third?.leftSiteId === undefined, 'it has left no site');
    const elsewhere = await other.arrivals.arrive({ ...AT_ONE, siteId: siteId('site-2') }, 0);
    expectThat(
      elsewhere?.booted === false && elsewhere.leftSiteId === AT_ONE.siteId,
      'it comes from the site of its boot',
    );
    expectThat((await other.arrivals.arrive({ stationId: ONE }, 0))?.booted === false, 'under that site only');
    await other.arrivals.booted({ stationId: ONE });
    const back = await store.arrivals.arrive(AT_ONE, 0);
    expectThat(back?.booted === false && back.leftSiteId === undefined, 'the last one is known, and is none');
    expectThat((await other.arrivals.arrive({ stationId: TWO }, 5))?.booted === false, 'of that station only');
    const many = await Promise.all(Array.from({ length: 8 }, () => store.arrivals.arrive({ stationId: TWO }, 5)));
    expectThat(new Set(many.map((each) => each?.generation)).size === 8, 'no two connections share one');
  },
} as const satisfies Readonly<Record<string, Check>>;
