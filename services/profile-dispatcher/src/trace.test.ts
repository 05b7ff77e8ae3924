import { expect, test } from '@jest/globals';
import { gatewayV1, HEADERS, stationV1, TOPICS } from '@headroom/contracts';
import { TRACE_ID, TRACEPARENT } from '@headroom/testing';
import { charging, type Rig } from './testing/charging-rig.ts';
import { RIG_SITE, settled } from './testing/rig.ts';

const lineOf = (rig: Rig, event: string) => rig.lines.findLast((line) => line.event === event)?.fields;

test('a call to a gateway that fails, and the limit that did not arrive, are told with the trace of their decision', async () => {
  const rig = await charging();
  rig.answerWith(() => 'fails');
  rig.trace(TRACEPARENT);
  await rig.decide({ 'ST-1': 200 });
  expect(lineOf(rig, 'dispatch-gateway-failed')).toMatchObject({ commands: 1, traceId: TRACE_ID });
  expect(lineOf(rig, 'dispatch-limit-not-taken')).toMatchObject({
    ...{ stationId: 'ST-1', outcome: 'unanswered', traceId: TRACE_ID },
  });
  await rig.close();
});

test('a limit that its station refuses is told with the trace of that answer; one that is accepted is not told', async () => {
  const rig = await charging();
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  const [first, second] = rig.commands().slice(-2);
  if (first === undefined || second === undefined) throw new Error('nothing sent');
  rig.trace(TRACEPARENT);
  await rig.answer(first);
  expect(lineOf(rig, 'dispatch-limit-not-taken')).toBeUndefined();
  await rig.answer(second, stationV1.CommandStatus.REJECTED);
  expect(lineOf(rig, 'dispatch-limit-not-taken')).toMatchObject({
    ...{ stationId: 'ST-2', outcome: 'rejected', traceId: TRACE_ID },
  });
  await rig.close();
});

test('what was never traced names no trace', async () => {
  const rig = await charging();
  rig.answerWith(() => gatewayV1.Verdict.NOT_CONNECTED);
  await rig.decide({ 'ST-1': 200 });
  expect(lineOf(rig, 'dispatch-limit-not-taken')).toMatchObject({ outcome: 'never-written', traceId: undefined });
  await rig.close();
});

test('the line of a parked record names the trace of that record', async () => {
  const rig = await charging();
  const headers = { [HEADERS.traceparent]: TRACEPARENT };
  await rig.log.append([{ topic: TOPICS.meteringFacts.name, key: RIG_SITE, value: Uint8Array.of(255, 255), headers }]);
  await settled();
  expect(lineOf(rig, 'dispatch-record-parked')).toMatchObject({
    ...{ topic: TOPICS.meteringFacts.name, traceId: TRACE_ID },
  });
  await rig.close();
});
