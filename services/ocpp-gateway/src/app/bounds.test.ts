import { expect, test } from '@jest/globals';
import { codecOf } from '@headroom/ocpp';
import type { StationFact } from '../domain/facts.ts';
import { createEvents } from '../events.ts';
import type { FactLog, LogRecord, StationSocket } from '../ports.ts';
import { NO_STORE } from '../adapters/store/gateway-store.ts';
import { createDigests } from '../adapters/crypto/digests.ts';
import { manualTime, TRACE_ID, TRACEPARENT } from '@headroom/testing';
import { START_MS } from '../testing/rig.ts';
import { createAdmitStation, MAX_PENDING_ADMISSIONS } from './admit-station.ts';
import { MAX_UNDURABLE_MS } from './durable-write.ts';
import { createLane, MAX_LANE_FRAMES } from './lane.ts';
import { createOutbound, MAX_BUFFERED_BYTES } from './outbound.ts';
import { createRecorder, MAX_WAITING_FACTS } from './recorder.ts';

test('G2: at the first frame over the lane the socket is not read any more, at half it is read again; order holds', async () => {
  const seen: string[] = [];
  const lane = createLane({ onFull: () => seen.push('full'), onDrained: () => seen.push('drained') });
  const order: number[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const push = (i: number) => lane.push(() => gate.then(() => void order.push(i)));
  for (let i = 0; i < MAX_LANE_FRAMES; i += 1) push(i);
  expect(seen).toEqual([]);
  push(MAX_LANE_FRAMES);
  push(MAX_LANE_FRAMES + 1);
  expect(seen).toEqual(['full']);
  open();
  await lane.idle();
  expect(seen).toEqual(['full', 'drained']);
  expect(order).toEqual(Array.from({ length: MAX_LANE_FRAMES + 2 }, (_, i) => i));
});

test('G3, H63: a socket that is not read by its station is dropped, and the command was never written', async () => {
  let buffered = MAX_BUFFERED_BYTES;
  const did: string[] = [];
  const socket: StationSocket = {
    send: () => void did.push('send'),
    close: () => {},
    terminate: () => void did.push('terminate'),
    ping: () => {},
    pause: () => {},
    resume: () => {},
    bufferedBytes: () => buffered,
    isOpen: () => true,
  };
  const time = manualTime(START_MS);
  let ids = 0;
  const outbound = createOutbound({
    clock: time,
    timers: time,
    ids: { next: () => String((ids += 1)) },
    codec: codecOf('ocpp1.6'),
    socket,
    callTimeoutMs: 1_000,
    judge: () => 'pass',
    wrote: () => {},
    onCommandAnswered: () => {},
    onOwnCallRefused: () => {},
  });
  const send = (seq: bigint) =>
    outbound.command({
      commandId: 'c',
      token: { shard: 0, epoch: 1n, seq, generation: 1n, notAfterMs: 0, fallbackOnly: false },
      command: {
        kind: 'set-charging-profile',
        profile: {
          evse: 1,
          profileId: 1,
          stackLevel: 0,
          purpose: 'tx-default',
          periods: [{ startS: 0, limitDeciA: 60 }],
        },
      },
    });
  expect(await send(1n)).toEqual({ kind: 'written' });
  time.advance(1_000);
  buffered += 1;
  expect(await send(2n)).toEqual({ kind: 'not-connected' });
  expect(did).toEqual(['send', 'terminate']);
});

test('R13: the first fact over those that wait for the log is dropped, and that is told', async () => {
  const dropped: unknown[] = [];
  const log: FactLog = {
    encode: ({ eventId }) => ({ eventId }) as LogRecord,
    append: () => Promise.resolve('unavailable'),
    trouble: () => 'away',
  };
  const note = (event: string, fields?: unknown) => void dropped.push({ event, fields });
  const time = manualTime(START_MS);
  const recorder = createRecorder({
    log,
    clock: time,
    timers: time,
    events: createEvents({ info: note, warn: note, error: note }),
    onLost: () => {},
    onStationLost: () => {},
    inbox: NO_STORE.inbox,
  });
  const fact = { eventId: 'e' } as StationFact;
  for (let i = 0; i < MAX_WAITING_FACTS; i += 1) recorder.recordLater(fact);
  await time.pass(MAX_UNDURABLE_MS);
  expect(dropped).toEqual([]);
  recorder.recordLater({ ...fact, traceparent: TRACEPARENT });
  expect(dropped).toEqual([{ event: 'facts-dropped', fields: { count: 1, traceId: TRACE_ID } }]);
});

test('A16: the first upgrade over those whose credentials are being checked is sent away, to come again', async () => {
  const admit = createAdmitStation({
    directory: { check: () => new Promise(() => {}), current: () => Promise.resolve(undefined) },
    digests: createDigests({ idTokenKey: 'a', transactionIdKey: 'b' }),
    events: createEvents({ info: () => {}, warn: () => {}, error: () => {} }),
    admit: () => undefined,
    isDraining: () => false,
    canRecord: () => true,
    arrivals: NO_STORE.arrivals,
    clock: manualTime(START_MS),
  });
  const knock = { url: '/ocpp/ST-1', authorization: `Basic ${btoa('ST-1:pw')}`, protocols: ['ocpp1.6'] };
  const silent = Symbol('silent');
  const quick = () => Promise.race([admit(knock), Promise.resolve(silent)]);
  for (let i = 0; i < MAX_PENDING_ADMISSIONS; i += 1) expect(await quick()).toBe(silent);
  expect(await admit(knock)).toMatchObject({ kind: 'refused', status: 503, retry: true });
});
