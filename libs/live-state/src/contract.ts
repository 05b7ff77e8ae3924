import { type LiveState, LiveStateError, type LiveValue, MAX_LIVE_VALUE_BYTES } from './port.ts';

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(`live-state contract broken: ${what}`);
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: LiveValue | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value.value);
const at = (epoch: number, offset: number) => ({ epoch: BigInt(epoch), offset: BigInt(offset) });

export interface ContractRun {
  readonly live: LiveState;
  /** A prefix no other check uses. */
  readonly id: string;
  /** Lets `ms` pass on the store's clock. */
  readonly pass: (ms: number) => Promise<void>;
}

/** What every live state must do. Each check throws where it is broken; titles are the test titles. */
export const LIVE_STATE_CONTRACT: Readonly<Record<string, (run: ContractRun) => Promise<void>>> = {
  'gives back what was written, with its version': async ({ live, id }) => {
    check(
      (await live.put({ family: 'site', id, version: at(3, 7), value: bytes('grün'), ttlMs: 60_000 })) === 'written',
      'first write refused',
    );
    const value = await live.get('site', id);
    check(text(value) === 'grün', 'another value');
    check(value?.version.epoch === 3n && value.version.offset === 7n, 'another version');
  },
  'refuses what is not newer: an older offset, an equal one, an older epoch (Y1)': async ({ live, id }) => {
    await live.put({ family: 'site', id, version: at(3, 7), value: bytes('now'), ttlMs: 60_000 });
    for (const [epoch, offset] of [
      [3, 6],
      [3, 7],
      [2, 900],
    ] as const) {
      check(
        (await live.put({ family: 'site', id, version: at(epoch, offset), value: bytes('old'), ttlMs: 60_000 })) ===
          'stale',
        `${epoch}.${offset} passed`,
      );
    }
    check(text(await live.get('site', id)) === 'now', 'an older write won');
  },
  'takes a new epoch though its offset is lower, and tells 9 from 10': async ({ live, id }) => {
    await live.put({ family: 'draw', id, version: at(9, 900), value: bytes('a'), ttlMs: 60_000 });
    check(
      (await live.put({ family: 'draw', id, version: at(10, 1), value: bytes('b'), ttlMs: 60_000 })) === 'written',
      'epoch 10 lost to epoch 9',
    );
    check(
      (await live.put({ family: 'draw', id, version: at(10, 10), value: bytes('c'), ttlMs: 60_000 })) === 'written',
      'offset 10 lost to offset 1',
    );
    check(
      (await live.put({ family: 'draw', id, version: at(10, 9), value: bytes('d'), ttlMs: 60_000 })) === 'stale',
      'offset 9 beat offset 10',
    );
  },
  'keeps versions exact beyond 2^53': async ({ live, id }) => {
    const big = 9_007_199_254_740_993n;
    await live.put({ family: 'site', id, version: { epoch: 1n, offset: big }, value: bytes('a'), ttlMs: 60_000 });
    check(
      (await live.put({
        family: 'site',
        id,
        version: { epoch: 1n, offset: big - 1n },
        value: bytes('b'),
        ttlMs: 60_000,
      })) === 'stale',
      'rounded',
    );
  },
  'orders numbers of twenty digits, the epoch first': async ({ live, id }) => {
    const most = 10n ** 20n - 1n;
    const put = async (epoch: bigint, offset: bigint, what: string) =>
      await live.put({ family: 'station', id, version: { epoch, offset }, value: bytes(what), ttlMs: 60_000 });
    check((await put(1_800_000_000_000n, most - 1n, 'a')) === 'written', 'first write refused');
    check((await put(1_800_000_000_000n, most, 'b')) === 'written', 'the last offset lost to the one before');
    check((await put(1_800_000_000_001n, 0n, 'c')) === 'written', 'an offset beat an epoch');
    check((await put(1_800_000_000_000n, most, 'd')) === 'stale', 'an epoch from before passed');
    check((await live.remove('station', id, { epoch: 1_800_000_000_000n, offset: most })) === 'stale', 'removed');
    const value = await live.get('station', id);
    check(text(value) === 'c' && value?.version.epoch === 1_800_000_000_001n, 'another value');
  },
  'keeps families apart': async ({ live, id }) => {
    await live.put({ family: 'site', id, version: at(1, 1), value: bytes('site'), ttlMs: 60_000 });
    await live.put({ family: 'route', id, version: at(1, 1), value: bytes('route'), ttlMs: 60_000 });
    check(text(await live.get('site', id)) === 'site', 'families share a key');
    check((await live.get('draw', id)) === undefined, 'a value out of nothing');
  },
  'forgets a value after its time': async ({ live, id, pass }) => {
    await live.put({ family: 'draw', id, version: at(1, 1), value: bytes('soon gone'), ttlMs: 100 });
    await pass(250);
    check((await live.get('draw', id)) === undefined, 'still there');
  },
  'reads many at once and leaves out what is not there': async ({ live, id }) => {
    await live.put({ family: 'draw', id: `${id}-a`, version: at(1, 1), value: bytes('a'), ttlMs: 60_000 });
    await live.put({ family: 'draw', id: `${id}-b`, version: at(1, 1), value: bytes('b'), ttlMs: 60_000 });
    const found = await live.getMany('draw', [`${id}-a`, `${id}-none`, `${id}-b`]);
    check(found.size === 2 && text(found.get(`${id}-b`)) === 'b', 'wrong set');
    check((await live.getMany('draw', [])).size === 0, 'values for no ids');
  },
  'removes, but not what is newer': async ({ live, id }) => {
    await live.put({ family: 'route', id, version: at(0, 5), value: bytes('generation 5'), ttlMs: 60_000 });
    check((await live.remove('route', id, at(0, 4))) === 'stale', 'a late close removed its successor (H48)');
    check((await live.get('route', id)) !== undefined, 'gone');
    check((await live.remove('route', id, at(0, 5))) === 'written', 'own value not removed');
    check((await live.get('route', id)) === undefined, 'still there');
  },
  'tells watchers of each write until they stop': async ({ live, id, pass }) => {
    const seen: (string | undefined)[] = [];
    const stop = await live.watch('site', id, (value) => seen.push(text(value)));
    await live.put({ family: 'site', id, version: at(1, 1), value: bytes('one'), ttlMs: 60_000 });
    await live.put({ family: 'site', id, version: at(1, 1), value: bytes('stale'), ttlMs: 60_000 });
    await live.put({ family: 'site', id, version: at(1, 2), value: bytes('two'), ttlMs: 60_000 });
    await pass(100);
    await stop();
    await live.put({ family: 'site', id, version: at(1, 3), value: bytes('three'), ttlMs: 60_000 });
    await pass(100);
    check(seen.join() === 'one,two', `watched ${seen.join()}`);
  },
  'refuses the first byte over the bound': async ({ live, id }) => {
    await live.put({
      family: 'site',
      id,
      version: at(1, 1),
      value: new Uint8Array(MAX_LIVE_VALUE_BYTES),
      ttlMs: 60_000,
    });
    try {
      await live.put({
        family: 'site',
        id,
        version: at(1, 2),
        value: new Uint8Array(MAX_LIVE_VALUE_BYTES + 1),
        ttlMs: 60_000,
      });
    } catch (cause) {
      check(cause instanceof LiveStateError && cause.code === 'LIVE_VALUE_TOO_LARGE', 'another error');
      return;
    }
    check(false, 'too large a value passed');
  },
};
