import { expect, test } from '@jest/globals';
import { createManualTime } from '../test-support/manual-time.ts';
import type { LedgerMessage } from './ledger.ts';
import { DURABLE_MAX, type DurableMessage, Outbox, PROMPT_MAX, REFUSALS_MAX } from './outbox.ts';
import { type CallOutcome, createRpc } from './rpc.ts';

function setUp() {
  const time = createManualTime();
  const sent: string[] = [];
  let dead = 0;
  const rpc = createRpc({
    send: (text) => sent.push(text),
    onCall: () => ({ kind: 'error', code: 'NotImplemented', description: '' }),
    afterReply: () => {},
    timers: time.timers,
    callTimeoutMs: 30_000,
  });
  let ids = 0;
  const newMessageId = (): string => {
    ids += 1;
    return `m-${ids}`;
  };
  const outbox = new Outbox({ rpc, nowMs: time.nowMs, newMessageId, linkIsDead: () => (dead += 1) });
  const answer = (kind: 'result' | 'error'): void => {
    const [, id] = JSON.parse(sent.at(-1) ?? '[]') as readonly unknown[];
    rpc.receive(JSON.stringify(kind === 'result' ? [3, id, {}] : [4, id, 'InternalError', 'no', {}]));
  };
  return { time, sent, outbox, rpc, answer, dead: () => dead };
}

function message(name: string, dispensable = false): DurableMessage & { readonly outcomes: CallOutcome[] } {
  const entry: LedgerMessage = { action: name, evse: 1, createdAtMs: 0, attempts: 0 };
  const outcomes: CallOutcome[] = [];
  return { entry, dispensable, build: () => ({ action: name, payload: {} }), done: (o) => outcomes.push(o), outcomes };
}

test('nothing leaves before the gate opens; then in order, one at a time', () => {
  const { sent, outbox, answer } = setUp();
  for (const name of ['A', 'B', 'C']) outbox.durable(message(name));
  expect(sent).toEqual([]);
  outbox.gate(true);
  expect(sent.length).toBe(1);
  answer('result');
  answer('result');
  answer('result');
  expect(sent.map((text) => (JSON.parse(text) as readonly unknown[])[2])).toEqual(['A', 'B', 'C']);
  expect(outbox.waiting()).toBe(0);
});

test('the first message over the bound pushes out the oldest sample; where there is none, it is given up itself', () => {
  const { outbox } = setUp();
  const start = message('Start');
  const firstSample = message('Sample', true);
  outbox.durable(start);
  outbox.durable(firstSample);
  for (let i = 2; i < DURABLE_MAX; i += 1) outbox.durable(message(`Stop-${i}`));
  expect(outbox.waiting()).toBe(DURABLE_MAX);
  outbox.durable(message('one more'));
  expect(outbox.waiting()).toBe(DURABLE_MAX);
  expect(firstSample.entry.dropped).toBe('queue full');
  expect(start.entry.dropped).toBeUndefined();
  const tooMuch = message('no sample left to drop');
  outbox.durable(tooMuch);
  expect(tooMuch.entry.dropped).toBe('queue full');
});

test('a refused message is tried again after a pause, and given up after the third refusal; the next one follows', () => {
  const { outbox, answer, sent, time } = setUp();
  const bad = message('Bad');
  outbox.gate(true);
  outbox.durable(bad);
  outbox.durable(message('Good'));
  for (let refusal = 1; refusal < REFUSALS_MAX; refusal += 1) {
    answer('error');
    outbox.pump();
    expect(sent.length).toBe(refusal);
    time.advance(60_000);
    outbox.pump();
  }
  answer('error');
  expect(bad.entry).toMatchObject({ attempts: REFUSALS_MAX, dropped: 'refused: InternalError' });
  time.advance(60_000);
  outbox.pump();
  expect(JSON.parse(sent.at(-1) ?? '[]')).toMatchObject({ 2: 'Good' });
});

test('a timeout is ignorance: the message stays, and the third in a row gives up the link', () => {
  const { outbox, time, dead } = setUp();
  const one = message('Start');
  outbox.gate(true);
  outbox.durable(one);
  for (let i = 0; i < 3; i += 1) {
    expect(dead()).toBe(0);
    time.advance(30_000);
    time.advance(5_000);
    outbox.pump();
  }
  expect(dead()).toBe(1);
  expect(outbox.waiting()).toBe(1);
  expect(one.entry.dropped).toBeUndefined();
});

test('prompt messages are bounded, and those that wait learn that the link is gone', () => {
  const { outbox } = setUp();
  const outcomes: string[] = [];
  const prompt = (): void =>
    outbox.prompt({ outgoing: { action: 'Heartbeat', payload: {} }, done: (outcome) => outcomes.push(outcome.kind) });
  prompt();
  expect(outcomes).toEqual(['lost']);
  outbox.gate(true);
  // The first is on the wire, the others wait.
  for (let i = 0; i < PROMPT_MAX + 2; i += 1) prompt();
  expect(outcomes.length).toBe(2);
  outbox.gate(false);
  expect(outcomes.length).toBe(PROMPT_MAX + 2);
});
