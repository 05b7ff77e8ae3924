import { afterEach, expect, test } from '@jest/globals';
import { createMemoryLiveState } from '@headroom/live-state';
import { RpcError } from '@headroom/rpc';
import { manualTime } from '@headroom/testing';
import { type Rig, startRig } from './testing/rig.ts';

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

async function rigWith(...given: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...given);
  rigs.push(rig);
  return rig;
}

test('readyz says that the registry does not answer, with what it said, and when to ask again; healthz says alive', async () => {
  const listSites = async () => {
    throw new RpcError('unavailable', 'connection refused');
  };
  const rig = await rigWith({}, { registry: { listSites } });
  const answer = await rig.ask('/readyz');
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
  expect(answer.json()).toMatchObject({ detail: 'Not ready: the registry does not answer: connection refused.' });
  expect((await rig.ask('/healthz')).status).toBe(200);
});

test('readyz says that the live state is out of reach, and takes it back', async () => {
  let trouble: string | undefined = 'Redis does not answer: connection refused';
  const live = { ...createMemoryLiveState({ clock: manualTime(0) }), trouble: () => trouble };
  const rig = await rigWith({}, { live });
  const answer = await rig.ask('/readyz');
  expect(answer.status).toBe(503);
  expect(answer.json()).toMatchObject({ detail: 'Not ready: Redis does not answer: connection refused.' });
  trouble = undefined;
  expect((await rig.ask('/readyz')).status).toBe(200);
});

test('a console that stops is not ready', async () => {
  const rig = await rigWith();
  expect(rig.console.readiness()).toEqual({ kind: 'ready' });
  const stopped = rig.console.stop(100);
  expect(rig.console.readiness()).toEqual({ kind: 'not-ready', why: 'stopping' });
  await stopped;
});
