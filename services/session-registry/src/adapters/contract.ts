import { expect } from '@jest/globals';
import { sessionId, siteId, type SiteId, stationId } from '@headroom/kernel';
import type { Session, StationEvent } from '../domain/session.ts';
import { EMPTY_WORLD, happen, type SessionWorld } from '../domain/session-world.ts';
import { MAX_LIST_ROWS, type RegistryStore } from '../ports.ts';

import { DEPOT, ST1, PLACE, siteOf, tell, started, ended, read, cable } from './contract-builders.ts';
import { raceChecks } from './contract-races.ts';

/** A fresh store, and how often it said that something waits in the outbox. */
export interface RegistryStoreSubject {
  readonly store: RegistryStore;
  readonly emissions: () => number;
}

/** Plays a history against the store and against the pure world, and compares all rows. */
export async function playBoth(store: RegistryStore, events: readonly StationEvent[]): Promise<void> {
  let world: SessionWorld = EMPTY_WORLD;
  for (const [index, event] of events.entries()) {
    await tell(store, event, `${index}`, BigInt(index));
    world = happen(world, PLACE, event, `${index}`);
  }
  const byText = (a: string, b: string): number => (a < b ? -1 : 1);
  const sessions = (await store.reads.sessions({ siteId: undefined, limit: 1_000 })).map((each) => each.session);
  expect(sessions.toSorted((a, b) => byText(a.sessionId, b.sessionId))).toEqual(
    [...world.sessions.values()].toSorted((a, b) => byText(a.sessionId, b.sessionId)),
  );
  const transactions = await store.reads.transactions({ siteId: undefined, stationId: undefined, limit: 1_000 });
  expect(transactions.toSorted((a, b) => byText(a.recordId, b.recordId))).toEqual(
    [...world.transactions.values()].toSorted((a, b) => byText(a.recordId, b.recordId)),
  );
}

const sessionAt = (n: number, patch: Partial<Session> = {}): Session => ({
  sessionId: sessionId(`s-${String(n).padStart(5, '0')}`),
  siteId: DEPOT,
  stationId: ST1,
  evse: 1,
  startedAtMs: n,
  unpluggedAtMs: undefined,
  endedAtMs: n + 10,
  knownEnergyWh: 0,
  unknownEnergies: 0,
  request: undefined,
  ...patch,
});
const saveAll = (store: RegistryStore, sessions: readonly Session[]): Promise<void> =>
  store.turn(async (turn) => {
    for (const session of sessions) await turn.saveSession(session, [], 'cause');
  });

/** What every registry store does. Each check needs a fresh store. */
export const registryStoreChecks = {
  sites: async ({ store, emissions }) => {
    const site = siteOf('depot', ['ST-1', 'ST-2']);
    await store.turn((turn) => turn.saveSite(site));
    expect(await store.reads.site(DEPOT)).toEqual(site);
    expect(await store.turn((turn) => turn.site(DEPOT))).toEqual(site);
    expect(await store.reads.site(siteId('nowhere'))).toBeUndefined();
    await store.turn((turn) => turn.saveSite(siteOf('alpha', [], 3)));
    expect((await store.reads.sites()).map((each) => each.siteId)).toEqual(['alpha', 'depot']);
    expect(emissions()).toBe(2);
  },

  stationsFollowTheirDocument: async ({ store }) => {
    const credentials = { salt: new Uint8Array([1, 0, 255]), hash: new Uint8Array([7, 7]) };
    expect(await store.turn((turn) => turn.saveCredentials(ST1, credentials))).toBeUndefined();
    await store.turn((turn) => turn.saveSite(siteOf('depot', ['ST-1', 'ST-2'])));
    const placed = await store.reads.station(ST1);
    expect(placed).toMatchObject({ siteId: 'depot', evses: [1, 2] });
    expect([...(placed?.credentials?.salt ?? [])]).toEqual([1, 0, 255]);
    expect(await store.turn((turn) => turn.saveCredentials(ST1, credentials))).toBe('depot');
    await store.turn((turn) => turn.saveSite(siteOf('depot', ['ST-2'], 2)));
    expect(await store.reads.station(ST1)).toMatchObject({ siteId: undefined, evses: [] });
    const named = await store.turn((turn) => turn.stations([stationId('ST-2'), ST1, stationId('ST-9')]));
    expect(named.map((each) => [each.stationId, each.siteId, each.credentials === undefined])).toEqual([
      ['ST-1', undefined, false],
      ['ST-2', 'depot', true],
    ]);
  },

  tokens: async ({ store }) => {
    const token = { idTokenHash: 'aa', status: 'accepted' as const, validUntilMs: undefined, label: 'A' };
    await store.turn((turn) => turn.saveToken(token));
    expect(await store.reads.token('aa')).toEqual(token);
    const blocked = { ...token, status: 'blocked' as const, validUntilMs: 5 };
    await store.turn((turn) => turn.saveToken(blocked));
    expect(await store.reads.token('aa')).toEqual(blocked);
    expect(await store.reads.token('bb')).toBeUndefined();
  },

  nothingOfAFailedTurn: async ({ store, emissions }) => {
    const failing = store.turn(async (turn) => {
      await turn.saveSite(siteOf('depot', ['ST-1']));
      await turn.saveSession(sessionAt(1), [], 'cause');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.reads.site(DEPOT)).toBeUndefined();
    expect(await store.reads.sessions({ siteId: undefined, limit: 10 })).toEqual([]);
    expect(emissions()).toBe(0);
  },

  historyWithEveryTurn: ({ store }) =>
    playBoth(store, [
      cable('plugged', 1, 1),
      started('A', 1, 2),
      read('A', 3, 250),
      read('A', 2, 900),
      started('A', 1, 2),
      started('B', 1, 5, undefined),
      ended('A', 4, 400),
      ended('B', 9, -1),
      cable('unplugged', 1, 10),
      ended('C', 20, 1_000),
      started('C', 2, 12, 300),
      ended('C', 21, 1_100),
      started('C', 2, 30, 300),
      cable('unplugged', 2, 35),
      cable('plugged', 2, 40),
      ended('nobody', 41, undefined),
    ]),

  repeatsAreSeenOnce: async ({ store, emissions }) => {
    await tell(store, started('A', 1, 2), 'e1', 0n);
    await tell(store, started('B', 1, 3), 'e2', 1n);
    const told = emissions();
    // The stop of nobody would leave an orphan each time: only the inbox knows the repeat.
    await tell(store, started('B', 1, 3), 'e2', 2n);
    await tell(store, ended('X', 9, 5), 'e3', 3n);
    await tell(store, ended('X', 10, 6), 'e3', 4n);
    expect(emissions()).toBe(told);
    const all = await store.reads.transactions({ siteId: undefined, stationId: ST1, limit: 10 });
    expect(all.find((each) => each.transactionId === 'X')).toMatchObject({ endedAtMs: 9, amendments: 0 });
  },

  pendingRequests: async ({ store }) => {
    const discharge = { atPlugInWh: 1_234_567, keepWh: 0, efficiencyPercent: 85, wearMicroPerKwh: 999_999_999 };
    const battery = { sizeWh: 1_234_568, atPlugInWh: 1_234_567 };
    const request = { energyWh: 9_000, departureAtMs: 99, discharge, battery };
    const put = (expiresAtMs: number) =>
      store.turn((turn) => turn.savePendingRequest({ stationId: ST1, evse: 1, request, expiresAtMs }));
    const pending = async () => {
      const question = { ...PLACE, evse: 1, transactionId: undefined, evseOfTransaction: false, nowMs: 50 };
      return (await store.turn((turn) => turn.evse(question))).pending;
    };
    expect(await pending()).toBeUndefined();
    await put(50);
    expect(await pending()).toBeUndefined();
    await put(51);
    expect(await pending()).toEqual(request);
    await tell(store, cable('plugged', 1, 1), 'e1', 0n);
    expect(await pending()).toBeUndefined();
    expect((await store.reads.sessions({ siteId: DEPOT, limit: 1 }))[0]?.session.request).toEqual(request);
  },

  listings: async ({ store }) => {
    await tell(store, started('A', 1, 2), 'e1', 0n);
    await tell(store, ended('A', 4, 150), 'e2', 1n);
    await tell(store, started('B', 1, 5, 150), 'e3', 2n);
    const list = async () => (await store.reads.sessions({ siteId: DEPOT, limit: 10 }))[0];
    // B runs and has said nothing yet: the sum is not known.
    expect(await list()).toMatchObject({ energyWh: undefined, transactionIds: ['A', 'B'] });
    await tell(store, read('B', 6, 175), 'e4', 3n);
    expect(await list()).toMatchObject({ energyWh: 75 });
    const names = async (filter: { siteId?: SiteId; station?: string; limit?: number }) =>
      (
        await store.reads.transactions({
          siteId: filter.siteId,
          stationId: filter.station === undefined ? undefined : stationId(filter.station),
          limit: filter.limit ?? 10,
        })
      ).map((each) => each.transactionId);
    expect(await names({})).toEqual(['B', 'A']);
    expect(await names({ limit: 1 })).toEqual(['B']);
    expect(await names({ siteId: siteId('other') })).toEqual([]);
    expect(await names({ station: 'ST-1' })).toEqual(['B', 'A']);
    expect(await names({ station: 'ST-9' })).toEqual([]);
  },

  listsAreBounded: async ({ store }) => {
    await saveAll(
      store,
      Array.from({ length: MAX_LIST_ROWS + 1 }, (_, n) => sessionAt(n)),
    );
    const all = await store.reads.sessions({ siteId: undefined, limit: MAX_LIST_ROWS + 1 });
    expect(all).toHaveLength(MAX_LIST_ROWS);
    expect(all[0]?.session.startedAtMs).toBe(MAX_LIST_ROWS);
    expect(await store.reads.sessions({ siteId: siteId('other'), limit: 5 })).toEqual([]);
  },

  energySummary: async ({ store }) => {
    const asked = (energyWh: number) => ({ energyWh, departureAtMs: undefined });
    await saveAll(store, [
      sessionAt(1, { endedAtMs: 99, knownEnergyWh: 999, request: asked(999) }),
      sessionAt(2, { endedAtMs: 100, knownEnergyWh: 300, request: asked(1_000) }),
      sessionAt(3, { endedAtMs: 101, knownEnergyWh: 800, request: asked(500) }),
      sessionAt(4, { endedAtMs: 102, knownEnergyWh: 40 }),
      sessionAt(5, { endedAtMs: 103, knownEnergyWh: 10, unknownEnergies: 1, request: asked(2_000) }),
      sessionAt(6, { endedAtMs: undefined, knownEnergyWh: 5, request: asked(5_000) }),
      sessionAt(7, { endedAtMs: 104, siteId: siteId('other'), request: asked(1) }),
    ]);
    // What was not metered is not called missed.
    expect(await store.reads.energySummary(DEPOT, 100)).toEqual({
      endedSessions: 4,
      requestedWh: 3_500,
      deliveredWh: 1_150,
      missedWh: 700,
    });
    expect(await store.reads.energySummary(siteId('nowhere'), 0)).toEqual({
      endedSessions: 0,
      requestedWh: 0,
      deliveredWh: 0,
      missedWh: 0,
    });
  },
  ...raceChecks,
} as const satisfies Readonly<Record<string, (subject: RegistryStoreSubject) => Promise<void>>>;
