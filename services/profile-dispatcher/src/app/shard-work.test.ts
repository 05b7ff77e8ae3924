import { beforeEach, expect, test } from '@jest/globals';
import { settle } from '@headroom/testing';
import { createEvents } from '../events.ts';
import { LOG_FENCED, type Writing } from '../ports.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { type FenceDeps, fenceGateways } from './fence-gateways.ts';
import { type Shard, track } from './shard.ts';
import { ACQUIRE_EVERY_MS, createShardWork, REST_MS, type ShardWork } from './shard-work.ts';

/** What leaves for the one shard of a bench, and what its group says of it. */
interface Scene {
  readonly bench: Bench;
  readonly work: ShardWork;
  readonly shard: () => Shard;
  /** `owns`: the group. `current`: the tenure. `appendFails`: with this code. */
  readonly state: { owns: boolean; current: boolean; monoMs: number; appendFails: string | undefined };
  /** In order: `intents`, `counts`, `sent`, `fence`, `mark`, `snapshot`, `again`, `journal unavailable`, `fatal`. */
  readonly left: string[];
  /** What had left when a station was asked what it can do. */
  readonly asked: (readonly string[])[];
  readonly writings: Writing[];
}

const silent = (): void => {};
const silentEvents = () => createEvents({ info: silent, warn: silent, error: silent });

let scene: Scene;
beforeEach(() => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 });
  const state: Scene['state'] = { owns: true, current: true, monoMs: 100_000, appendFails: undefined };
  const left: string[] = [];
  const asked: Scene['asked'] = [];
  const writings: Writing[] = [];
  bench.shard = {
    ...bench.shard,
    hold: { ownsNow: () => state.owns, acquireAgain: () => void left.push('again') },
  };
  bench.shard.touched.add(bench.site.siteId);
  // Written a moment ago: no snapshot is due.
  bench.shard.snapshotAtMonoMs.set(bench.site.siteId, state.monoMs);
  const tell = (event: string): void => {
    if (event === 'dispatch-journal-unavailable') left.push('journal unavailable');
  };
  const note = (what: string, writing: Writing): void => {
    writings.push(writing);
    if (state.appendFails !== undefined) throw Object.assign(new Error('not taken'), { code: state.appendFails });
    left.push(what);
  };
  const work = createShardWork({
    journal: {
      append: async (records, writing) => {
        note(records.some(({ kind }) => kind === 'limit-intended') ? 'intents' : 'counts', writing);
        return undefined;
      },
      open: async (_, writing) => {
        note('mark', writing);
        return 0n;
      },
    },
    snapshots: {
      write: async (_, __, writing) => note('snapshot', writing),
      load: async () => ({ configured: new Set(), snapshots: [] }),
    },
    gateways: {
      send: async ({ commands }) => {
        left.push('sent');
        return commands.map(() => ({ kind: 'written' }));
      },
      ask: async ({ questions }) => {
        asked.push([...left]);
        return questions.map(() => true);
      },
      fence: async () => {
        left.push('fence');
        return true;
      },
    },
    events: createEvents({ info: silent, warn: tell, error: silent }),
    rules: RULES,
    monoMs: () => state.monoMs,
    time: () => ({ nowMs: bench.nowMs, leaseNowMs: bench.nowMs }),
    isCurrent: () => state.current,
    fatal: () => void left.push('fatal'),
  });
  scene = { bench, work, shard: () => bench.shard, state, left, asked, writings };
});

/** A record was read, and a round of the tick; then everything that began has ended. */
async function stir({ work, shard }: Scene): Promise<void> {
  work.follow(shard());
  work.tick(shard(), true);
  await settle();
  await work.atRest([shard()]);
}

test('a shard that is ours, caught up, current and not resting: its intents are durable, then they are sent', async () => {
  await stir(scene);
  expect(scene.left).toEqual(['intents', 'counts', 'sent']);
});

test('what a station can do is asked once, behind the limits of the pass, which no question may overtake on its wire', async () => {
  await stir(scene);
  await stir(scene);
  expect(scene.asked).toEqual([['intents', 'counts', 'sent']]);
});

test.each<[string, (scene: Scene) => void]>([
  ['the group says that it is not ours', ({ state }) => void (state.owns = false)],
  ['another tenure has taken its place', ({ state }) => void (state.current = false)],
  ['its inputs are still being read', ({ shard }) => void (shard().phase = 'replaying')],
  ['the service stops', ({ work }) => work.stop()],
  [
    'it rests before the group joins again',
    ({ shard }) => void (shard().restingUntilMonoMs = Number.POSITIVE_INFINITY),
  ],
  ['its rest lasts', ({ shard, state }) => void (shard().restingUntilMonoMs = state.monoMs + 1)],
])(
  'HO-2c, HO-11, OW-14, OW-30: nothing leaves for a shard while %s: no intent, no command, no fence, no snapshot',
  async (_, given) => {
    const { shard, left } = scene;
    given(scene);
    // All of it would be due.
    shard().fenced.clear();
    shard().raising = { kind: 'fencing' };
    shard().snapshotAtMonoMs.clear();
    await stir(scene);
    expect([left, scene.asked]).toEqual([[], []]);
  },
);

test('a rest is over at its end, and once the group has said no and then yes; one without an end is not', async () => {
  const { shard, state, left } = scene;
  shard().restingUntilMonoMs = state.monoMs + REST_MS;
  await stir(scene);
  expect(left).toEqual([]);
  state.monoMs += REST_MS;
  await stir(scene);
  expect(left).toEqual(['intents', 'counts', 'sent']);
  shard().restingUntilMonoMs = state.monoMs + REST_MS;
  state.owns = false;
  await stir(scene);
  state.owns = true;
  scene.bench.decide({ 1: 12 });
  await stir(scene);
  expect(left).toEqual(['intents', 'counts', 'sent', 'intents', 'sent', 'counts']);
  shard().restingUntilMonoMs = Number.POSITIVE_INFINITY;
  state.owns = false;
  await stir(scene);
  state.owns = true;
  scene.bench.decide({ 1: 8 });
  await stir(scene);
  expect(left).toHaveLength(6);
});

test('OW-30: each record asks right before it is written whether the shard is ours', async () => {
  const { shard, state, left, writings } = scene;
  shard().snapshotAtMonoMs.clear();
  await stir(scene);
  shard().fenced.clear();
  shard().raising = { kind: 'fencing' };
  await stir(scene);
  expect(left).toEqual(['intents', 'counts', 'sent', 'snapshot', 'fence', 'mark']);
  expect(writings.map(({ mayWrite }) => mayWrite())).toEqual([true, true, true, true]);
  state.owns = false;
  expect(writings.map(({ mayWrite }) => mayWrite())).toEqual([false, false, false, false]);
});

test('HO-10: a lost shard is asked for again once a second at most, and only by its own tenure while the service lives', async () => {
  const { shard, state, work, left } = scene;
  shard().phase = 'lost';
  state.monoMs = ACQUIRE_EVERY_MS - 1;
  await stir(scene);
  expect(left).toEqual([]);
  state.monoMs = ACQUIRE_EVERY_MS;
  work.tick(shard(), false);
  expect(left).toEqual(['again']);
  state.current = false;
  await stir(scene);
  state.current = true;
  work.stop();
  await stir(scene);
  expect(left).toEqual(['again']);
});

test('at rest means that what the last work began has ended too', async () => {
  const { shard, work } = scene;
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  track(
    shard(),
    first.promise.then(() => track(shard(), second.promise)),
  );
  let isAtRest = false;
  const resting = work.atRest([shard()]).then(() => (isAtRest = true));
  first.resolve();
  await settle();
  expect(isAtRest).toBe(false);
  second.resolve();
  await resting;
});

test('OW-30: an append that was refused because the shard is not ours is no end of the process; a bug is', async () => {
  const { state, left } = scene;
  state.appendFails = LOG_FENCED;
  await stir(scene);
  expect(new Set(left)).toEqual(new Set(['journal unavailable']));
  left.length = 0;
  state.appendFails = 'A_BUG';
  scene.shard().touched.add(scene.bench.site.siteId);
  await stir(scene);
  expect(left).toContain('fatal');
});

test('OW-30: no gateway learns the epoch of an owner whose shard went just before it was asked', async () => {
  const { shard, state, left } = scene;
  const asked: string[] = [];
  shard().fenced.clear();
  shard().raising = { kind: 'fencing' };
  const deps: FenceDeps = {
    journal: { append: async () => undefined, open: async () => 0n },
    gateways: {
      send: async () => [],
      ask: async () => [],
      fence: async ({ gatewayAddress }) => {
        asked.push(gatewayAddress);
        return true;
      },
    },
    ...{ events: silentEvents(), rules: RULES, nowMs: () => 0, monoMs: () => state.monoMs },
  };
  state.owns = false;
  await fenceGateways(deps, shard());
  expect([asked, shard().raising.kind]).toEqual([[], 'fencing']);
  state.owns = true;
  await fenceGateways(deps, shard());
  expect([asked, left]).toEqual([['gateway-1'], []]);
});

test('a snapshot that the log did not take is due again at the next tick', async () => {
  const { shard, state, left, work } = scene;
  await stir(scene);
  left.length = 0;
  state.monoMs += RULES.snapshotEveryMs;
  state.appendFails = 'LOG_UNAVAILABLE';
  work.tick(shard(), false);
  await settle();
  expect(left).toEqual([]);
  state.appendFails = undefined;
  for (let tick = 0; tick < 2; tick += 1) {
    work.tick(shard(), false);
    await settle();
  }
  expect(left).toEqual(['snapshot']);
});
