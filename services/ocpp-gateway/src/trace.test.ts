import { expect, test } from '@jest/globals';
import { gatewayV1, HEADERS } from '@headroom/contracts';
import { NO_SPAN, type Span, type Tracer } from '@headroom/telemetry';
import { createFakeStore, PASSWORD, START_MS, startRig } from './testing/rig.ts';
import { booted, connect, roundTrip } from './testing/station.ts';
import { MAX_REFUSALS_PER_MINUTE } from './app/on-frame.ts';

interface Kept {
  readonly name: string;
  readonly from: string | undefined;
  readonly carried: Record<string, unknown>;
  ended?: string;
}

/** Takes everything; a span is known by its number. */
function tracing() {
  const spans: Kept[] = [];
  const make = (name: string, from?: string, attributes: object = {}): Span => {
    const span: Kept = { name, from, carried: { ...attributes } };
    const traceparent = `00-${spans.push(span)}`;
    return {
      ...{ traceparent, traceId: traceparent, child: () => NO_SPAN },
      set: (more) => void (span.ended ?? Object.assign(span.carried, more)),
      end: (failed = 'well') => void (span.ended ??= failed),
    };
  };
  const tracer: Tracer = {
    begin: (name) => make(name),
    follow: (from, name, options) => (from === undefined ? NO_SPAN : make(name, from, options?.attributes)),
  };
  return { tracer, spans, ofName: (wanted: string) => spans.filter(({ name }) => name === wanted) };
}

test('a traced call says what it was, and its fact bears its place in the trace', async () => {
  const { tracer, ofName } = tracing();
  const rig = await startRig({}, { tracer });
  const station = await booted(rig.url);
  await roundTrip(station);
  const at = ofName('station frame').findIndex(({ carried }) => carried['action'] === 'BootNotification');
  expect(ofName('station frame')[at]).toMatchObject({
    carried: { outcome: 'answered', stationId: 'ST-1', messageId: 'm1' },
    ended: 'well',
  });
  const fact = rig.log.records.find(({ headers }) => headers[HEADERS.eventType] === 'booted');
  expect(fact?.headers[HEADERS.traceparent]).toBe(`00-${at + 1}`);
  await rig.stop();
});

test('the registry is asked for a token within the trace of the frame that brought it', async () => {
  const { tracer, ofName } = tracing();
  const rig = await startRig({}, { tracer });
  const station = await booted(rig.url);
  const frameOf = (action: string) =>
    `00-${ofName('station frame').findIndex(({ carried }) => carried['action'] === action) + 1}`;
  await station.call('Authorize', { idTag: 'TAG' });
  expect(rig.registry.lastAskedIn).toBe(frameOf('Authorize'));
  const start = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: new Date(START_MS).toISOString() };
  await station.call('StartTransaction', start);
  expect(rig.registry.lastAskedIn).toBe(frameOf('StartTransaction'));
  await rig.stop();
});

test('what is not traced has no such header', async () => {
  const rig = await startRig();
  const station = await booted(rig.url);
  await roundTrip(station);
  expect(rig.log.records.length).toBeGreaterThan(1);
  expect(rig.log.records.filter(({ headers }) => HEADERS.traceparent in headers)).toEqual([]);
  await rig.stop();
});

test('a traced command lives until its station has answered, and the answer bears its trace; one that is never written ends at once', async () => {
  const { tracer, ofName } = tracing();
  const rig = await startRig({}, { tracer });
  const station = await booted(rig.url);
  const value = gatewayV1.SetChargingProfile.fromPartial({
    ...{ evse: 1, profileId: 1, stackLevel: 1, purpose: gatewayV1.ProfilePurpose.TX_DEFAULT },
    periods: [{ startS: 0, limitDeciA: 60, numberPhases: 0 }],
  });
  const command = (seq: bigint, generation: number) =>
    gatewayV1.StationCommand.fromPartial({
      ...{ commandId: `c${seq}`, seq, stationId: 'ST-1', connectionGeneration: BigInt(generation) },
      notAfterMs: BigInt(rig.time.nowMs() + 5_000),
      action: { $case: 'setChargingProfile', value },
    });
  const request = { shard: 0, dispatcherEpoch: 7n, commands: [command(1n, START_MS), command(2n, 5)], givenUp: [] };
  await rig.commands.sendBatch(request, { deadlineMs: 4_000, traceparent: '00-dispatcher' });
  const [written, refused] = ofName('command to station');
  expect(written).toMatchObject({ from: '00-dispatcher', carried: { commandId: 'c1', verdict: 'written' } });
  expect(written?.ended).toBeUndefined();
  expect(refused).toMatchObject({ carried: { commandId: 'c2' }, ended: 'not written: generation' });
  const frame = await station.next();
  station.send(JSON.stringify([3, frame[1], { status: 'Accepted' }]));
  await roundTrip(station);
  expect(written).toMatchObject({ carried: { status: 'accepted' }, ended: 'well' });
  const answer = rig.log.records.find(({ headers }) => headers[HEADERS.eventType] === 'commandAnswered');
  expect(answer?.headers[HEADERS.traceparent]).toMatch(/^00-\d+$/);
  await rig.stop();
});

test('what became of a command stands in its span, also where its station answers while another of its batch still waits', async () => {
  const { tracer, ofName } = tracing();
  const rig = await startRig({}, { tracer });
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const [busy, quick] = [await booted(rig.url), await booted(rig.url, { stationId: 'ST-2' })];
  const value = gatewayV1.SetChargingProfile.fromPartial({
    ...{ evse: 1, profileId: 1, stackLevel: 1, purpose: gatewayV1.ProfilePurpose.TX_DEFAULT },
    periods: [{ startS: 0, limitDeciA: 60, numberPhases: 0 }],
  });
  const send = (...commands: readonly (readonly [seq: bigint, stationId: string])[]) =>
    rig.commands.sendBatch(
      {
        ...{ shard: 0, dispatcherEpoch: 7n, givenUp: [] },
        commands: commands.map(([seq, stationId]) =>
          gatewayV1.StationCommand.fromPartial({
            ...{ commandId: `c${seq}`, seq, stationId, connectionGeneration: BigInt(START_MS) },
            notAfterMs: BigInt(rig.time.nowMs() + 5_000),
            action: { $case: 'setChargingProfile', value },
          }),
        ),
      },
      { deadlineMs: 4_000, traceparent: '00-dispatcher' },
    );
  await send([1n, 'ST-1']);
  const unanswered = await busy.next();
  const both = send([2n, 'ST-1'], [3n, 'ST-2']);
  const frame = await quick.next();
  quick.send(JSON.stringify([3, frame[1], { status: 'Accepted' }]));
  await roundTrip(quick);
  const [, , answered] = ofName('command to station');
  expect(answered).toMatchObject({
    carried: { commandId: 'c3', verdict: 'written', status: 'accepted' },
    ended: 'well',
  });
  busy.send(JSON.stringify([3, unanswered[1], { status: 'Accepted' }]));
  await both;
  await rig.stop();
});

test('a frame that brings a bug to light, and the refused one that is one too many, are logged with their traces', async () => {
  const { tracer, spans } = tracing();
  const kept = createFakeStore();
  const booted = () => {
    throw new Error('a bug');
  };
  const store = { ...kept, arrivals: { ...kept.arrivals, booted } };
  const rig = await startRig({}, { tracer, store });
  const station = await connect(rig.url);
  await station.call('BootNotification', { chargePointVendor: 'v', chargePointModel: 'm' });
  const lineOf = (wanted: string) => rig.logged.find(({ event }) => event === wanted)?.fields;
  const failed = spans.findIndex(({ carried }) => carried['action'] === 'BootNotification');
  expect(lineOf('handler-failed')).toEqual({ stationId: 'ST-1', detail: 'a bug', traceId: `00-${failed + 1}` });
  for (let n = 0; n <= MAX_REFUSALS_PER_MINUTE; n += 1) station.send(JSON.stringify([2, `x${n}`, 'Nonsense', {}]));
  await station.closed;
  const last = spans.findIndex(({ carried }) => carried['messageId'] === `x${MAX_REFUSALS_PER_MINUTE}`);
  expect(lineOf('station-flooded')).toMatchObject({ stationId: 'ST-1', traceId: `00-${last + 1}` });
  await rig.stop();
});
