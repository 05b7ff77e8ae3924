import { beforeEach, expect, test } from '@jest/globals';
import { settle } from '@headroom/testing';
import { createEvents } from '../events.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { type FenceDeps, fenceGateways } from './fence-gateways.ts';
import { allowOnceRead, mayRaise } from './shard.ts';

const silent = () => undefined;

/** An owner that may raise, and then a second gateway appears at one of its two stations. */
interface Scene {
  readonly bench: Bench;
  readonly deps: FenceDeps;
  /** In order: the gateways that were asked, and `mark` as soon as it is being written. */
  readonly done: string[];
  /** Marks that are being written, in order; the test says where each stands. */
  readonly marks: PromiseWithResolvers<bigint>[];
}

let scene: Scene;
beforeEach(() => {
  const bench = Bench.charging({ stations: 2 });
  const done: string[] = [];
  const marks: PromiseWithResolvers<bigint>[] = [];
  const deps: FenceDeps = {
    journal: {
      append: async () => undefined,
      open: () => {
        done.push('mark');
        const mark = Promise.withResolvers<bigint>();
        marks.push(mark);
        return mark.promise;
      },
    },
    gateways: {
      send: async () => [],
      ask: async () => [],
      fence: async ({ gatewayAddress }) => {
        done.push(gatewayAddress);
        return true;
      },
    },
    events: createEvents({ info: silent, warn: silent, error: silent }),
    ...{ rules: RULES, nowMs: () => bench.nowMs, monoMs: () => 0 },
  };
  scene = { bench, deps, done, marks };
});

const comesTo = ({ bench }: Scene, gatewayAddress: string, generation: number): void =>
  bench.take({ kind: 'station-connected', ...bench.of(2), generation, gatewayAddress });

test('HO-2: a gateway that appears later is fenced too, and then our topic is read once more to a new mark before anything is raised', async () => {
  const { bench, deps, done, marks } = scene;
  expect(mayRaise(bench.shard)).toBe(true);
  comesTo(scene, 'gateway-2', 9);
  const fencing = fenceGateways(deps, bench.shard);
  await settle();
  expect(done).toEqual(['gateway-2', 'mark']);
  // Fenced, and yet: what an earlier owner intended for that gateway may stand behind our first mark.
  expect(mayRaise(bench.shard)).toBe(false);
  marks[0]?.resolve(100n);
  await fencing;
  bench.shard.ownRead = 99n;
  allowOnceRead(bench.shard);
  expect(mayRaise(bench.shard)).toBe(false);
  bench.shard.ownRead = 100n;
  allowOnceRead(bench.shard);
  expect(mayRaise(bench.shard)).toBe(true);
});

test('HO-2: a mark that comes back after yet another gateway has appeared allows nothing', async () => {
  const { bench, deps, done, marks } = scene;
  comesTo(scene, 'gateway-2', 9);
  const first = fenceGateways(deps, bench.shard);
  await settle();
  comesTo(scene, 'gateway-3', 10);
  bench.shard.ownRead = 1_000n;
  const second = fenceGateways(deps, bench.shard);
  marks[0]?.resolve(100n);
  await first;
  await settle();
  expect(done).toEqual(['gateway-2', 'mark', 'gateway-3', 'mark']);
  expect(mayRaise(bench.shard)).toBe(false);
  marks[1]?.resolve(1_000n);
  await second;
  expect(mayRaise(bench.shard)).toBe(true);
});

test('a mark that the log did not take is written again', async () => {
  const { bench, deps, marks } = scene;
  comesTo(scene, 'gateway-2', 9);
  const failing = fenceGateways(deps, bench.shard);
  await settle();
  marks[0]?.reject(new Error('no acknowledgement'));
  await expect(failing).rejects.toThrow('no acknowledgement');
  expect(bench.shard.raising.kind).toBe('fencing');
  const again = fenceGateways(deps, bench.shard);
  await settle();
  marks[1]?.resolve(5n);
  bench.shard.ownRead = 5n;
  await again;
  expect(mayRaise(bench.shard)).toBe(true);
});
