import { expect, test } from '@jest/globals';
import { LIVE_STATE_CONTRACT } from './contract.ts';
import { createMemoryLiveState } from './memory.ts';
import type { LiveState } from './port.ts';

function run(plant: (honest: LiveState) => LiveState = (honest) => honest) {
  const time = { ms: 0 };
  const live = plant(createMemoryLiveState({ clock: { nowMs: () => time.ms, monoMs: () => time.ms } }));
  const pass = (ms: number) => {
    time.ms += ms;
    return new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { live, id: 's-1', pass };
}

test.each(Object.entries(LIVE_STATE_CONTRACT))('live-state contract on memory: %s', async (_title, check) => {
  await expect(check(run())).resolves.toBeUndefined();
});

test('the contract turns red on a store that lets the last writer win', async () => {
  const lastWins = (honest: LiveState): LiveState => {
    let n = 0n;
    return {
      ...honest,
      put: (write) => honest.put({ ...write, version: { epoch: 0n, offset: ++n } }),
    };
  };
  const verdicts = await Promise.allSettled(Object.values(LIVE_STATE_CONTRACT).map((check) => check(run(lastWins))));
  expect(verdicts.filter((verdict) => verdict.status === 'rejected').length).toBeGreaterThanOrEqual(3);
});
