import { expect, test } from '@jest/globals';
import { setStation } from '../domain/site-state.ts';
import { createEvents } from '../events.ts';
import type { Gateways } from '../ports.ts';
import { Bench } from '../testing/bench.ts';
import { stationNumber } from '../testing/bench-site.ts';
import { recallStations } from './recall-stations.ts';

/** An owner with two stations that it has given up, and a group that can take the shard away. */
function givenUp() {
  const bench = Bench.charging({ stations: 2 });
  const group = { owns: true };
  bench.shard = { ...bench.shard, hold: { ownsNow: () => group.owns, acquireAgain: () => undefined } };
  for (const number of [1, 2]) {
    setStation(bench.site, stationNumber(number), { connected: false, givenUp: true, interruptedAtMs: bench.nowMs });
  }
  const asked: Parameters<Gateways['fence']>[0][] = [];
  const silent = () => undefined;
  const recall = () =>
    recallStations(
      {
        gateways: {
          send: async () => [],
          ask: async () => [],
          fence: async (gateway) => {
            asked.push(gateway);
            return true;
          },
        },
        events: createEvents({ info: silent, warn: silent, error: silent }),
        nowMs: () => bench.nowMs,
        monoMs: () => bench.nowMs,
      },
      bench.shard,
    );
  const waiting = () => [1, 2].filter((number) => bench.site.stations.get(stationNumber(number))?.givenUp === true);
  return { group, asked, recall, waiting };
}

test('OW-30: an owner that has lost its shard tells no gateway which stations to close: they may serve the next one', async () => {
  const { group, asked, recall, waiting } = givenUp();
  expect(waiting()).toEqual([1, 2]);
  group.owns = false;
  await recall();
  expect([asked, waiting()]).toEqual([[], [1, 2]]);
  group.owns = true;
  await recall();
  expect(asked.map((gateway) => gateway.givenUp?.map(({ stationId }) => stationId))).toEqual([
    [stationNumber(1), stationNumber(2)],
  ]);
  expect(waiting()).toEqual([]);
});
