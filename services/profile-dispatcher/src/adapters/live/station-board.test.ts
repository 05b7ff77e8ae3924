import { expect, test } from '@jest/globals';
import { stationViewV1 } from '@headroom/contracts';
import { createMemoryLiveState } from '@headroom/live-state';
import { manualTime } from '@headroom/testing';
import { stationViewOf } from '../../domain/station-view.ts';
import { Bench } from '../../testing/bench.ts';
import { stationNumber } from '../../testing/bench-site.ts';
import { createStationBoard, VIEW_TTL_MS } from './station-board.ts';

const ST = stationNumber(1);

async function shown(bench: Bench) {
  const time = manualTime(bench.nowMs);
  const live = createMemoryLiveState({ clock: time });
  const board = createStationBoard(live);
  const put = (seq: bigint, epoch = 4n, generation = 2n) =>
    board.put(stationViewOf(bench.site, ST, bench.nowMs), { generation, epoch, seq }, bench.nowMs);
  const read = async () => {
    const found = await live.get('station', ST);
    return found && stationViewV1.StationView.toJSON(stationViewV1.StationView.decode(found.value));
  };
  return { time, board, put, read };
}

test('all that is known of a station stands in live state, with the reports of its quirks', async () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 0, 'ocpp2.0.1');
  const identity = { vendor: 'Headroom', model: 'Virtual AC22 whole amps', firmware: '1.0.0' };
  const schedules = [{ unit: 'A' as const, steps: [{ fromMs: bench.nowMs, limit: 100 }] }];
  const limit = { evse: 1, source: 'EMS', isGridCritical: false, schedules };
  bench.take(
    { kind: 'station-booted', ...bench.of(1), identity },
    { kind: 'capabilities-answered', ...bench.of(1), settings: [] },
    { kind: 'station-limited', ...bench.of(1), limit },
  );
  const { put, read } = await shown(bench);
  await put(1n);
  expect(await read()).toMatchObject({
    ...{ siteId: 'depot', stationId: 'ST-1', toldAtMs: `${bench.nowMs}`, connected: true },
    ...{ vendor: 'Headroom', model: 'Virtual AC22 whole amps', ocppVersion: 'OCPP_VERSION_2_0_1' },
    capabilities: {
      inAmperes: true,
      maxPeriods: 1,
      remarks: expect.arrayContaining([expect.stringMatching(/not told/)]),
    },
    quirks: [
      { quirk: 'leaseExpiry', value: 'proven', id: 'SI28', pack: 'Headroom' },
      { quirk: 'wholeAmps', value: 'true', id: 'H86', pack: 'Headroom' },
    ],
    concessions: ['PROFILE_CONCESSION_ONE_PERIOD'],
    limits: [{ limit: { evse: 1, source: 'EMS' } }],
    evses: [{ evse: 1, maxCurrentDeciA: 320, fallbackDeciA: 60, countsWithMaximum: true }],
  });
});

test('what an earlier owner tells late is refused, and what nobody tells any more is gone', async () => {
  const bench = Bench.charging({ stations: 1 });
  const { time, put, read } = await shown(bench);
  await put(1n);
  bench.disconnect(1);
  await put(900n, 3n);
  expect(await read()).toMatchObject({ connected: true });
  time.advance(VIEW_TTL_MS);
  expect(await read()).toBeUndefined();
});

test('HO-15: a station that has moved is told of at once by an owner of a lower epoch; an owner of its old shard overwrites nothing', async () => {
  const bench = Bench.charging({ stations: 1 });
  const { board, put, read } = await shown(bench);
  expect(await put(900n, 40n, 2n)).toBe(true);
  bench.disconnect(1);
  expect(await put(1n, 3n, 3n)).toBe(true);
  expect(await read()).not.toHaveProperty('connected');
  bench.connect(1);
  // Its owner, a stale one before him, and one that comes after.
  for (const epoch of [40n, 39n, 9_999_999_999n]) {
    expect(await put(901n, epoch, 2n)).toBe(false);
    await board.remove(ST, { generation: 2n, epoch, seq: 902n });
  }
  expect(await read()).toMatchObject({ siteId: 'depot' });
  expect(await read()).not.toHaveProperty('connected');
});

test('HO-15: until it connects there its new owner is told of it once the old one has taken back what he told', async () => {
  const bench = Bench.charging({ stations: 1 });
  const { board, put, read } = await shown(bench);
  await put(1n, 40n, 2n);
  expect(await put(1n, 3n, 0n)).toBe(false);
  await board.remove(ST, { generation: 2n, epoch: 40n, seq: 2n });
  expect([await put(2n, 3n, 0n), await read()]).toMatchObject([true, { siteId: 'depot' }]);
});

test('of one connection the later owner counts, whatever the counts of both: also beyond the views that one owner tells', async () => {
  const { put } = await shown(Bench.charging({ stations: 1 }));
  expect(await put(10n ** 12n, 4n)).toBe(true);
  expect([await put(1n, 5n), await put(10n ** 12n, 4n)]).toEqual([true, false]);
});
