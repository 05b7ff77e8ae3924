import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import type { StationView } from '../domain/station-view.ts';
import { createEvents } from '../events.ts';
import type { ViewVersion } from '../ports.ts';
import { Bench } from '../testing/bench.ts';
import { SITE, siteModel, stationNumber } from '../testing/bench-site.ts';
import type { Shard } from './shard.ts';
import { createStationTeller, MAX_VIEWS_OF_TURN, RETELL_AFTER_MS, TELL_AGAIN_MS } from './tell-stations.ts';

function rig(bench: Bench, others: readonly Shard[] = []) {
  const removed: { readonly stationId: string; readonly version: ViewVersion }[] = [];
  const puts: { readonly view: StationView; readonly version: ViewVersion; readonly atMs: number }[] = [];
  const told: string[] = [];
  const state = { isAway: false, isStale: false, held: undefined as Promise<void> | undefined };
  const teller = createStationTeller({
    board: {
      put: async (view, version, atMs) => {
        await state.held;
        if (state.isAway) throw new Error('no Redis');
        puts.push({ view, version, atMs });
        return !state.isStale;
      },
      remove: async (stationId, version) => {
        if (state.isAway) throw new Error('no Redis');
        removed.push({ stationId, version });
      },
    },
    events: createEvents({ info: () => {}, warn: (event) => void told.push(event), error: () => {} }),
    nowMs: () => bench.nowMs,
    monoMs: () => bench.nowMs,
  });
  const turn = async (): Promise<readonly string[]> => {
    const before = puts.length;
    await teller.turn([bench.shard, ...others]);
    return puts.slice(before).map(({ view }) => view.stationId);
  };
  return { puts, removed, told, state, turn };
}

test('each station is told once, then what has changed, then all of them when it is long ago', async () => {
  const bench = Bench.charging({ stations: 2 });
  const { puts, turn } = rig(bench);
  expect(await turn()).toEqual(['ST-1', 'ST-2']);
  expect(await turn()).toEqual([]);
  bench.after(1_000);
  bench.disconnect(2);
  expect(await turn()).toEqual(['ST-2']);
  expect(puts.at(-1)).toMatchObject({ view: { connected: false }, atMs: bench.nowMs });
  bench.after(RETELL_AFTER_MS - 1_000);
  expect(await turn()).toEqual(['ST-1']);
  bench.after(1_000);
  expect(await turn()).toEqual(['ST-2']);
  const versions = puts.map(({ version }) => version);
  expect(versions).toEqual(
    puts.map(({ view }, index) => ({
      ...{ generation: view.stationId === 'ST-1' ? 2n : 3n, epoch: 1n },
      seq: BigInt(index + 1),
    })),
  );
});

test('where a newer view stands, of another site perhaps, it is tried again after a while, not a minute', async () => {
  const bench = Bench.charging({ stations: 1 });
  const { state, turn } = rig(bench);
  state.isStale = true;
  expect(await turn()).toEqual(['ST-1']);
  bench.after(TELL_AGAIN_MS - 1);
  expect(await turn()).toEqual([]);
  bench.after(1);
  expect(await turn()).toEqual(['ST-1']);
  state.isStale = false;
  bench.after(TELL_AGAIN_MS);
  expect(await turn()).toEqual(['ST-1']);
  bench.after(RETELL_AFTER_MS - 1);
  expect(await turn()).toEqual([]);
});

test('HO-15: of whom no document of the shard names any more the view is taken back, also once the live state is there again', async () => {
  const bench = Bench.charging({ stations: 2 });
  const { removed, state, turn } = rig(bench);
  await turn();
  bench.take({ kind: 'site-configured', siteId: SITE, model: { ...siteModel({ stations: 1 }), version: 9 } });
  state.isAway = true;
  await turn();
  state.isAway = false;
  bench.after(TELL_AGAIN_MS);
  await turn();
  await turn();
  expect(removed).toEqual([{ stationId: 'ST-2', version: { generation: 3n, epoch: 1n, seq: expect.any(BigInt) } }]);
});

test('HO-15: a station that the documents of two sites of a shard name is told of once for each, not with every turn', async () => {
  const bench = Bench.charging({ stations: 1 });
  const { turn } = rig(bench);
  const model = siteModel({ stations: 1 });
  bench.take({ kind: 'site-configured', siteId: siteId('other'), model: { ...model, siteId: siteId('other') } });
  expect(await turn()).toEqual(['ST-1', 'ST-1']);
  expect(await turn()).toEqual([]);
});

test('the live state may be away: it is said, nothing fails, and all is told once it is back', async () => {
  const bench = Bench.charging({ stations: 2 });
  const { told, state, turn } = rig(bench);
  state.isAway = true;
  expect(await turn()).toEqual([]);
  expect(told).toEqual(['dispatch-views-not-told']);
  state.isAway = false;
  bench.after(TELL_AGAIN_MS - 1);
  expect(await turn()).toEqual([]);
  bench.after(1);
  expect(await turn()).toEqual(['ST-1', 'ST-2']);
  expect(told).toHaveLength(1);
});

test('one over the bound of a turn waits for the next, and a turn that hangs is not begun twice', async () => {
  const bench = new Bench({ stations: MAX_VIEWS_OF_TURN + 1, ratingA: 5_000 });
  const { state, turn } = rig(bench);
  let release = (): void => {};
  state.held = new Promise((resolve) => {
    release = resolve;
  });
  const first = turn();
  expect(await turn()).toEqual([]);
  release();
  expect(await first).toHaveLength(MAX_VIEWS_OF_TURN);
  expect(await turn()).toEqual([stationNumber(MAX_VIEWS_OF_TURN + 1)]);
});

test('a turn has one bound for all shards, and who was told longest ago comes first', async () => {
  const half = Math.ceil(MAX_VIEWS_OF_TURN / 2) + 1;
  const [bench, other] = [0, 1].map(() => new Bench({ stations: half, ratingA: 5_000 }));
  if (bench === undefined || other === undefined) throw new Error('two shards');
  const { turn } = rig(bench, [other.shard]);
  expect(await turn()).toHaveLength(MAX_VIEWS_OF_TURN);
  bench.after(1_000);
  bench.boot(1, 0, 'ocpp2.0.1');
  const second = await turn();
  expect(second).toHaveLength(2 * half - MAX_VIEWS_OF_TURN + 1);
  expect(second.at(-1)).toBe('ST-1');
});

test('only who owns the shard tells, and only once he has read what was there', async () => {
  const bench = Bench.charging({ stations: 1 });
  const { turn } = rig(bench);
  bench.shard.phase = 'replaying';
  expect(await turn()).toEqual([]);
  bench.shard.phase = 'acting';
  bench.shard = { ...bench.shard, hold: { ownsNow: () => false, acquireAgain: () => undefined } };
  expect(await turn()).toEqual([]);
});
