import { expect, test } from '@jest/globals';
import { siteId, stationId } from '@headroom/kernel';
import { codecOf } from '@headroom/ocpp';
import { manualTime, settle } from '@headroom/testing';
import { createLastLimits } from '../domain/last-limits.ts';
import type { FenceJudgement, FenceToken } from '../domain/fence.ts';
import type { StationSocket } from '../ports.ts';
import { type Connection, createConnections } from './connections.ts';
import { createLane } from './lane.ts';
import { createOutbound, type FencedCommand, MAX_BUFFERED_BYTES, MAX_QUEUED_CALLS } from './outbound.ts';
import { sendBatch } from './send-batch.ts';
import { createStationMemory } from './station-memory.ts';

const STATION = stationId('ST-1');

/** The calling side of one connection whose socket, and whose fence, the test speaks for. */
function scene() {
  const time = manualTime(0);
  const sent: string[] = [];
  const wrote: FenceToken[] = [];
  const state = { bufferedBytes: 0, isOpen: true, terminated: false, judgement: 'pass' as FenceJudgement };
  const silent = (): void => {};
  const socket: StationSocket = {
    send: (text) => void sent.push(text),
    terminate: () => void (state.terminated = true),
    bufferedBytes: () => state.bufferedBytes,
    isOpen: () => state.isOpen,
    ...{ close: silent, ping: silent, pause: silent, resume: silent },
  };
  const codec = codecOf('ocpp1.6');
  let id = 0;
  const outbound = createOutbound({
    ...{ clock: time, timers: time, codec, socket, callTimeoutMs: 30_000 },
    ids: { next: () => `id-${(id += 1)}` },
    judge: () => state.judgement,
    wrote: ({ token }) => void wrote.push(token),
    ...{ onCommandAnswered: silent, onOwnCallRefused: silent },
  });
  return { time, sent, wrote, state, socket, codec, outbound };
}

const command = (seq: bigint, epoch = 7n): FencedCommand => ({
  commandId: `c${epoch}-${seq}`,
  token: { shard: 0, epoch, seq, generation: 1n, notAfterMs: 1_000, fallbackOnly: false },
  command: {
    kind: 'set-charging-profile',
    profile: {
      ...{ evse: 1, profileId: 12, stackLevel: 1, purpose: 'tx', transactionId: '42', startScheduleMs: 0 },
      ...{ durationS: 60, periods: [{ startS: 0, limitDeciA: 100 }] },
    },
  },
});

test('G3: a socket with as much unread as it may have is written to; one byte more, and it is dropped, nothing written', async () => {
  const full = scene();
  full.state.bufferedBytes = MAX_BUFFERED_BYTES;
  expect(await full.outbound.command(command(1n))).toEqual({ kind: 'written' });
  const over = scene();
  over.state.bufferedBytes = MAX_BUFFERED_BYTES + 1;
  expect(await over.outbound.command(command(1n))).toEqual({ kind: 'not-connected' });
  expect([full.sent.length, full.state.terminated, over.sent.length, over.state.terminated]).toEqual([
    ...[1, false, 0, true],
  ]);
  expect([full.wrote.length, over.wrote.length]).toEqual([1, 0]);
});

test('O4: nothing is written to a socket that has closed, heard of or not', async () => {
  const { outbound, state, sent, wrote } = scene();
  state.isOpen = false;
  expect(await outbound.command(command(1n))).toEqual({ kind: 'not-connected' });
  expect([sent, wrote]).toEqual([[], []]);
});

test('O4: of two commands that wait the newer one stays, by epoch first and then by seq', async () => {
  const { outbound } = scene();
  await outbound.command(command(1n));
  const old = outbound.command(command(9n));
  const next = outbound.command(command(1n, 8n));
  expect(await old).toEqual({ kind: 'refused', why: 'replaced by a newer command' });
  expect(await outbound.command(command(10n, 7n))).toEqual({ kind: 'stale-seq' });
  outbound.close();
  expect(await next).toEqual({ kind: 'not-connected' });
});

test('R13: what is asked again while it still waits is asked once, however often a station boots on one connection', async () => {
  const { outbound, sent, time } = scene();
  for (let boots = 0; boots < MAX_QUEUED_CALLS; boots += 1) {
    outbound.ask({ kind: 'configure-sampling', intervalS: 10 });
  }
  const said = outbound.command(command(1n));
  // Nothing is answered: one call after the other comes to its end, and then it is the turn of the next.
  for (let calls = 0; calls < 4; calls += 1) time.advance(30_000);
  expect(sent.map((frame) => (JSON.parse(frame) as unknown[])[2])).toEqual(Array(3).fill('ChangeConfiguration'));
  expect(await said).toEqual({ kind: 'refused', why: 'an earlier call is still unanswered' });
  expect(await outbound.command(command(2n))).toEqual({ kind: 'written' });
});

test.each<FencedCommand['command']>([
  { kind: 'stop-transaction', transactionId: '42' },
  { kind: 'set-availability', evse: 1, operative: false },
  { kind: 'read-composite', evse: 1 },
])('O4: not only limits are fenced: $kind is judged right before the socket, as they are', async (asked) => {
  const { outbound, state, sent } = scene();
  const act = (seq: bigint): FencedCommand => ({ ...command(seq), command: asked });
  state.judgement = 'epoch';
  expect(await outbound.command(act(1n))).toEqual({ kind: 'epoch' });
  state.judgement = 'pass';
  await outbound.command(command(2n));
  const waits = outbound.command(act(3n));
  state.judgement = 'epoch';
  outbound.answered('c7-2', { kind: 'result', payload: { status: 'Accepted' } }, '');
  expect(await waits).toEqual({ kind: 'epoch' });
  expect(sent.map((text) => JSON.parse(text)[1])).toEqual(['c7-2']);
});

test('HO-15: a command of the old shard is judged by itself, though one of the new shard that waits has its epoch and number', async () => {
  const { outbound, state } = scene();
  await outbound.command(command(1n));
  const waits = outbound.command(command(5n));
  state.judgement = 'generation';
  const ofOldShard = { ...command(5n), token: { ...command(5n).token, shard: 1 } };
  const said = outbound.command(ofOldShard);
  outbound.close();
  expect([await said, await waits]).toEqual([{ kind: 'generation' }, { kind: 'not-connected' }]);
});

test('HO-10: commands of two owners that bear one number are two: the word on the old one is no word on the other', async () => {
  const { outbound, sent } = scene();
  await outbound.command(command(1n));
  const old = outbound.command(command(5n, 7n));
  const heirs = outbound.command(command(5n, 8n));
  expect(await old).toEqual({ kind: 'refused', why: 'replaced by a newer command' });
  outbound.answered('c7-1', { kind: 'result', payload: { status: 'Accepted' } }, '');
  expect(await heirs).toEqual({ kind: 'written' });
  expect(sent.map((text) => JSON.parse(text)[1])).toEqual(['c7-1', 'c8-5']);
});

test.each(['superseded', 'draining', 'closed'] as const)(
  'a connection that is %s gets no command: its successor does',
  async (phase) => {
    const { outbound, socket, codec, sent } = scene();
    const connections = createConnections();
    const lane = createLane({ onFull: () => {}, onDrained: () => {} });
    const none = { count: 0, sinceMs: 0 };
    const life = { lastHeardMs: 0, bootAsked: true, refusals: none, unsupported: none, routeRenewals: 0 };
    const connection: Connection = {
      ...{ stationId: STATION, siteId: siteId('s'), codec, generation: 1, connectedAtMs: 0, socket, outbound, lane },
      lastLimits: createLastLimits(),
      life: { ...life, phase },
    };
    connections.put(connection);
    const memory = createStationMemory();
    const deps = { connections, memory, epochs: { read: async () => new Map([[0, 7n]]) } };
    expect(
      await sendBatch(deps, { shard: 0, epoch: 7n, commands: [{ ...command(1n), stationId: STATION }], givenUp: [] }),
    ).toEqual([{ kind: 'not-connected' }]);
    await settle();
    expect(sent).toEqual([]);
  },
);
