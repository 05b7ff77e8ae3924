import { expect, test } from '@jest/globals';
import { allocationV1, gatewayV1, stationV1, TOPICS } from '@headroom/contracts';
import { createRig, profileIn, RIG_SITE, settled } from './testing/rig.ts';
import { charging, chargingBy, resolutions, sentTo } from './testing/charging-rig.ts';

test('a decision becomes a lease over a permanent limit, one batch for the gateway, and what counts is told', async () => {
  const rig = await charging();
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  expect(sentTo(rig)).toEqual(['ST-1 fallback 6', 'ST-2 fallback 6', 'ST-1 lease 20', 'ST-2 lease 16']);
  expect(rig.requests.at(-1)?.commands).toHaveLength(2);
  for (const command of rig.commands().slice(2)) await rig.answer(command);
  expect(rig.committed()).toEqual(['ST-1 20 [fallback 6, acknowledged 20]', 'ST-2 16 [fallback 6, acknowledged 16]']);
  expect(rig.fatal).toEqual([]);
  await rig.close();
});

test('SI27: what a decision announces leaves as a second period, and is told with what counts', async () => {
  const rig = await charging();
  const fromMs = BigInt(rig.time.nowMs() + 40_000);
  const value = allocationV1.DecisionMade.fromPartial({
    ...{ seq: 1n, decidedAtMs: BigInt(rig.time.nowMs()), validUntilMs: BigInt(rig.time.nowMs() + 60_000) },
    allocations: [
      {
        ...{ stationId: 'ST-1', evse: 1, transactionId: 'tx-ST-1', limitDeciA: 200 },
        later: { fromMs, limitDeciA: 80 },
      },
    ],
  });
  await rig.put(TOPICS.allocationFacts, {
    ...{ siteId: RIG_SITE, ownerEpoch: 1n, fact: { $case: 'decisionMade', value } },
  });
  const action = rig.commands().at(-1)?.action;
  expect(profileIn(action)?.periods).toEqual([
    { startS: 0, limitDeciA: 200, numberPhases: 3 },
    { startS: 41, limitDeciA: 80, numberPhases: 3 },
  ]);
  const told = rig.journal.flatMap(({ fact }) => (fact?.$case === 'committedChanged' ? [fact.value] : [])).at(-1);
  expect(told?.members.at(-1)).toMatchObject({
    kind: 'unresolved',
    limitDeciA: 200,
    later: { fromMs, limitDeciA: 80 },
  });
  expect(rig.fatal).toEqual([]);
  await rig.close();
});

test('SI27: what would not fit under an announced drop ends before it, whatever is announced to the EVSE', async () => {
  const rig = await charging();
  const nowMs = rig.time.nowMs();
  const value = allocationV1.DecisionMade.fromPartial({
    ...{ seq: 1n, decidedAtMs: BigInt(nowMs), validUntilMs: BigInt(nowMs + 60_000) },
    allocations: [
      {
        ...{ stationId: 'ST-1', evse: 1, transactionId: 'tx-ST-1', limitDeciA: 200 },
        later: { fromMs: BigInt(nowMs + 40_000), limitDeciA: 80 },
      },
    ],
    // 13 A a phase; 8 A and the fallback of the other station are 14.
    drop: { atMs: BigInt(nowMs + 46_000), limits: [{ circuitId: 'grid', powerLimitW: 8_970n }] },
  });
  await rig.put(TOPICS.allocationFacts, {
    ...{ siteId: RIG_SITE, ownerEpoch: 1n, fact: { $case: 'decisionMade', value } },
  });
  expect(rig.commands().at(-1)?.action?.value).toMatchObject({
    durationS: 41,
    periods: [{ startS: 0, limitDeciA: 200 }],
  });
  await rig.close();
});

test('HO-2: the intent of every command is durable before the gateway has it', async () => {
  const rig = await charging();
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  const sent = rig.order.filter((entry) => entry.startsWith('sent'));
  expect(sent).toHaveLength(4);
  for (const entry of sent) {
    const intended = rig.order.indexOf(entry.replace('sent', 'intended'));
    expect(intended).toBeGreaterThanOrEqual(0);
    expect(intended).toBeLessThan(rig.order.indexOf(entry));
  }
  await rig.close();
});

test('HO-2: while the log takes no intent, no command leaves, and the newest target leaves once it does', async () => {
  const rig = await charging();
  rig.setLogDown(true);
  await rig.decide({ 'ST-1': 200 });
  await rig.decide({ 'ST-1': 120 });
  expect(rig.commands()).toHaveLength(2);
  rig.setLogDown(false);
  rig.time.advance(250);
  await settled();
  expect(sentTo(rig).slice(2)).toEqual(['ST-1 lease 12']);
  expect(rig.told).toContain('dispatch-journal-unavailable');
  await rig.close();
});

test('SI3: a call that fails says nothing: its commands count on, and are repeated', async () => {
  const rig = await charging();
  rig.answerWith(() => 'fails');
  await rig.decide({ 'ST-1': 200 });
  expect(rig.committed()[0]).toBe('ST-1 20 [fallback 6, unresolved 20]');
  expect(resolutions(rig).at(-1)).toBe('ST-1 3');
  rig.answerWith(() => gatewayV1.Verdict.WRITTEN);
  rig.time.advance(500);
  await settled();
  expect(sentTo(rig).slice(2)).toEqual(['ST-1 lease 20', 'ST-1 lease 20']);
  const [, , first, second] = rig.commands();
  expect(second?.seq).not.toBe(first?.seq);
  await rig.close();
});

test.each([
  ['NOT_CONNECTED', gatewayV1.Verdict.NOT_CONNECTED],
  ['GENERATION', gatewayV1.Verdict.GENERATION],
  ['STALE_SEQ', gatewayV1.Verdict.STALE_SEQ],
  ['TOO_LATE', gatewayV1.Verdict.TOO_LATE],
  ['REFUSED', gatewayV1.Verdict.REFUSED],
])('SI3: the verdict %s proves that this attempt was never written', async (_, verdict) => {
  const rig = await charging();
  rig.answerWith(() => verdict);
  await rig.decide({ 'ST-1': 200 });
  expect(rig.committed()[0]).toBe('ST-1 6 [fallback 6]');
  expect(resolutions(rig).at(-1)).toBe('ST-1 4');
  await rig.close();
});

test('HO-10: the verdict EPOCH means that the shard is lost; it is acquired again, and the command leaves in the new epoch', async () => {
  const rig = (await chargingBy(2, 0)).rig;
  rig.answerWith(() => gatewayV1.Verdict.EPOCH);
  await rig.decide({ 'ST-1': 200 });
  rig.answerWith(() => gatewayV1.Verdict.WRITTEN);
  rig.time.advance(250);
  rig.time.advance(2_000);
  await settled();
  rig.time.advance(250);
  await settled();
  expect(rig.requests.map(({ dispatcherEpoch }) => dispatcherEpoch)).toEqual([1n, 1n, 1n, 2n]);
  expect(sentTo(rig).at(-1)).toBe('ST-1 lease 20');
  await rig.close();
});

test('HO-10: a higher epoch in its own topic silences a dispatcher until it has taken a higher one still', async () => {
  const rig = (await chargingBy(2, 0)).rig;
  const shard = rig.log.partitionOf(TOPICS.dispatchFacts.name, RIG_SITE);
  await rig.epochs.acquire('dispatcher', [shard], 'another');
  const value = { shard, epoch: 2n, owner: 'another', openedAtMs: 0n };
  await rig.put(TOPICS.dispatchFacts, { siteId: '', dispatcherEpoch: 2n, fact: { $case: 'epochOpened', value } });
  await rig.decide({ 'ST-1': 200 });
  expect(rig.commands()).toHaveLength(2);
  rig.time.advance(250);
  rig.time.advance(2_000);
  await settled();
  expect(rig.requests.at(-1)?.dispatcherEpoch).toBe(3n);
  await rig.close();
});

test('a dispatcher says nothing before it has read everything and its own mark', async () => {
  const rig = await createRig();
  await rig.configure(1);
  await rig.boot('ST-1');
  const service = rig.assemble();
  expect(service.readiness()).toMatchObject({ kind: 'not-ready' });
  await service.start();
  await settled();
  expect(service.readiness()).toEqual({ kind: 'ready' });
  expect(rig.journal.slice(0, 2).map(({ fact }) => fact?.$case)).toEqual(['epochOpened', 'epochOpened']);
  expect(sentTo(rig)).toEqual(['ST-1 fallback 6']);
  await rig.close();
});

test('H64: an answer that is an error is no refusal: the limit counts on', async () => {
  const rig = await charging();
  await rig.decide({ 'ST-1': 200 });
  const command = rig.commands().at(-1);
  if (command === undefined) throw new Error('nothing sent');
  await rig.answer(command, stationV1.CommandStatus.FAILED);
  expect(rig.committed()[0]).toBe('ST-1 20 [fallback 6, unresolved 20]');
  await rig.close();
});
