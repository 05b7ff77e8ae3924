import { expect, test } from '@jest/globals';
import { dispatchV1, TOPICS } from '@headroom/contracts';
import { createRig, profileIn, RIG_SITE, settled } from '../testing/rig.ts';

type Rig = Awaited<ReturnType<typeof createRig>>;

const leasesOf = (rig: Rig): readonly string[] =>
  rig
    .commands()
    .filter(({ action }) => profileIn(action)?.durationS !== undefined)
    .map((command) => `${command.stationId} ${(profileIn(command.action)?.periods[0]?.limitDeciA ?? 0) / 10}`);

/** ST-1 holds 20 A, ST-2 16 A, given by an owner that is gone; the next one has begun, and its gateway is silent. */
async function takenOver(): Promise<Rig> {
  const rig = await createRig();
  await rig.configure(2);
  const before = rig.assemble();
  await before.start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2']) await rig.start(stationId);
  rig.time.advance(1_000);
  await settled();
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  for (const command of rig.commands().slice(2)) await rig.answer(command);
  await before.stop(100);
  rig.setFenceDown(true);
  await rig.assemble().start();
  await settled();
  rig.requests.length = 0;
  return rig;
}

test('HO-2: a new owner raises nothing before every gateway has confirmed its epoch; decreases do not wait', async () => {
  const rig = await takenOver();
  await rig.decide({ 'ST-1': 100, 'ST-2': 240 });
  expect(leasesOf(rig)).toEqual(['ST-1 10']);
  rig.time.advance(3_000);
  await settled();
  expect(leasesOf(rig)).toEqual(['ST-1 10']);
  rig.setFenceDown(false);
  rig.time.advance(1_000);
  await settled();
  expect(leasesOf(rig)).toEqual(['ST-1 10', 'ST-2 24']);
  const fenced = rig.order.lastIndexOf('fenced at 2');
  const raise = rig.order.findLastIndex((entry) => entry.startsWith('intended l1-240'));
  expect([fenced >= 0, raise > fenced]).toEqual([true, true]);
  await rig.close();
});

test('HO-2: what an earlier owner intended behind our mark is counted before the first raise', async () => {
  const rig = await takenOver();
  const value: dispatchV1.LimitIntended = {
    ...{ commandId: 'l1-320-0-1-99', seq: 99n, stationId: 'ST-1', evse: 1, transactionId: 'tx-ST-1' },
    ...{ purpose: dispatchV1.LimitPurpose.LEASE, limitDeciA: 320, intendedAtMs: BigInt(rig.time.nowMs()) },
    ...{ leaseUntilMs: BigInt(rig.time.nowMs() + 120_000), decisionSeq: 1n, increase: true },
  };
  await rig.put(TOPICS.dispatchFacts, {
    siteId: RIG_SITE,
    dispatcherEpoch: 1n,
    fact: { $case: 'limitIntended', value },
  });
  rig.setFenceDown(false);
  rig.time.advance(1_000);
  await settled();
  expect(rig.committed()[0]).toContain('ST-1 32');
  await rig.close();
});

test('HO-2: a gateway that nobody can reach, and that appears later, keeps the shard from raising', async () => {
  const rig = await takenOver();
  rig.setFenceDown(false);
  rig.time.advance(1_000);
  await settled();
  await rig.decide({ 'ST-2': 180 });
  expect(leasesOf(rig)).toEqual(['ST-2 18']);
  for (const command of rig.commands()) await rig.answer(command);
  await rig.boot('ST-1', 2, 'another gateway');
  await rig.decide({ 'ST-2': 200 });
  rig.time.advance(2_000);
  await settled();
  expect(leasesOf(rig)).toEqual(['ST-2 18']);
  // It came back to the gateway that is known.
  await rig.boot('ST-1', 3);
  const fallback = rig.commands().findLast(({ stationId }) => stationId === 'ST-1');
  if (fallback !== undefined) await rig.answer(fallback, undefined, 3);
  rig.time.advance(2_000);
  await settled();
  expect(leasesOf(rig).at(-1)).toBe('ST-2 20');
  await rig.close();
});
