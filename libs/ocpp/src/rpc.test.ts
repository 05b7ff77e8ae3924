import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Call, type CallAnswer, createRpcSession } from './rpc.ts';

const LIMITS = { callTimeoutMs: 30_000, maxQueued: 3, lateMs: 300_000, maxLate: 2 };
const RESULT: CallAnswer = { kind: 'result', payload: { status: 'Accepted' } };
const call = (messageId: string, more: Partial<Call<string>> = {}): Call<string> => ({
  messageId,
  action: 'X',
  payload: {},
  tag: messageId,
  writeByMs: 500,
  ...more,
});

test('X8: at most one CALL is outstanding; the next becomes writable once it is answered', () => {
  const rpc = createRpcSession<string>(LIMITS);
  rpc.offer(call('a'));
  rpc.offer(call('b'));
  expect(rpc.writable()?.messageId).toBe('a');
  rpc.written('a', 0);
  expect(rpc.writable()).toBeUndefined();
  expect(rpc.settle('a', RESULT, 10)).toMatchObject({ kind: 'answered', call: { tag: 'a' } });
  expect(rpc.writable()?.messageId).toBe('b');
});

test('a timeout frees the slot and calls nothing a failure: the call comes out as unanswered', () => {
  const rpc = createRpcSession<string>(LIMITS);
  rpc.offer(call('a'));
  rpc.written('a', 0);
  rpc.offer(call('b', { writeByMs: 60_000 }));
  expect(rpc.nextDeadlineMs()).toBe(30_000);
  expect(rpc.expire(29_999)).toEqual({ unwritten: [], unanswered: [] });
  expect(rpc.expire(30_000).unanswered.map((one) => one.messageId)).toEqual(['a']);
  expect(rpc.writable()?.messageId).toBe('b');
});

test('H65: a late answer tells of its own call only, once, and not for ever', () => {
  const rpc = createRpcSession<string>(LIMITS);
  rpc.offer(call('a'));
  rpc.written('a', 0);
  rpc.expire(30_000);
  rpc.offer(call('b'));
  rpc.written('b', 30_001);
  expect(rpc.settle('a', RESULT, 40_000)).toMatchObject({ kind: 'late', call: { tag: 'a' } });
  expect(rpc.settle('a', RESULT, 40_001)).toEqual({ kind: 'unsolicited' });
  expect(rpc.settle('b', RESULT, 40_002)).toMatchObject({ kind: 'answered', call: { tag: 'b' } });

  rpc.offer(call('c'));
  rpc.written('c', 50_000);
  rpc.expire(80_000);
  expect(rpc.settle('c', RESULT, 80_000 + LIMITS.lateMs + 1)).toEqual({ kind: 'unsolicited' });
});

test('H64: an answer with another id resolves nothing; the call still times out', () => {
  const rpc = createRpcSession<string>(LIMITS);
  rpc.offer(call('a'));
  rpc.written('a', 0);
  expect(rpc.settle('z', RESULT, 5)).toEqual({ kind: 'unsolicited' });
  expect(rpc.expire(30_000).unanswered).toHaveLength(1);
});

test('R13: the first call over the queue is refused', () => {
  const rpc = createRpcSession<string>(LIMITS);
  for (const id of ['a', 'b', 'c']) expect(rpc.offer(call(id)).kind).toBe('queued');
  expect(rpc.offer(call('d')).kind).toBe('queue-full');
});

test('R13: only the newest timed-out calls are remembered', () => {
  const rpc = createRpcSession<string>(LIMITS);
  for (const [i, id] of ['a', 'b', 'c'].entries()) {
    rpc.offer(call(id, { writeByMs: 1e9 }));
    rpc.written(id, i * 30_000);
    rpc.expire((i + 1) * 30_000);
  }
  expect(rpc.settle('a', RESULT, 90_001)).toEqual({ kind: 'unsolicited' });
  expect(rpc.settle('b', RESULT, 90_001).kind).toBe('late');
});

test('a newer call of the same key takes the place of one not yet written, at the back of the queue', () => {
  const rpc = createRpcSession<string>(LIMITS);
  rpc.offer(call('w'));
  rpc.written('w', 0);
  rpc.offer(call('old', { replaceKey: '1/tx' }));
  rpc.offer(call('other', { replaceKey: '2/tx' }));
  expect(rpc.offer(call('new', { replaceKey: '1/tx' }))).toMatchObject({ replaced: { tag: 'old' } });
  expect(rpc.queued().map((one) => one.messageId)).toEqual(['other', 'new']);
});

test('a call that may not be written any more comes out as unwritten', () => {
  const rpc = createRpcSession<string>(LIMITS);
  rpc.offer(call('a'));
  expect(rpc.expire(500).unwritten).toEqual([]);
  expect(rpc.expire(501).unwritten.map((one) => one.messageId)).toEqual(['a']);
  expect(rpc.writable()).toBeUndefined();
});

test('close tells what was written from what was not', () => {
  const rpc = createRpcSession<string>(LIMITS);
  rpc.offer(call('a'));
  rpc.offer(call('b'));
  rpc.written('a', 0);
  const gone = rpc.close();
  expect(gone.unanswered.map((one) => one.messageId)).toEqual(['a']);
  expect(gone.unwritten.map((one) => one.messageId)).toEqual(['b']);
});

test('every call offered comes out exactly once, whatever happens in between', () => {
  const step = fc.constantFrom('offer', 'write', 'answer', 'tick', 'stray');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const rpc = createRpcSession<string>({ ...LIMITS, maxQueued: 2 });
      const out: string[] = [];
      let nowMs = 0;
      let offered = 0;
      let outstanding: string | undefined;
      for (const one of steps) {
        nowMs += 200;
        if (one === 'offer') {
          const id = String(offered++);
          if (rpc.offer(call(id, { writeByMs: nowMs + 500 })).kind === 'queue-full') out.push(id);
        } else if (one === 'write') {
          const next = rpc.writable();
          if (next !== undefined) rpc.written((outstanding = next.messageId), nowMs);
        } else if (one === 'answer' && outstanding !== undefined) {
          if (rpc.settle(outstanding, RESULT, nowMs).kind === 'answered') out.push(outstanding);
          outstanding = undefined;
        } else if (one === 'stray') expect(rpc.settle('stray', RESULT, nowMs).kind).toBe('unsolicited');
        else {
          const { unwritten, unanswered } = rpc.expire(nowMs);
          out.push(...[...unwritten, ...unanswered].map((gone) => gone.messageId));
        }
      }
      const { unwritten, unanswered } = rpc.close();
      out.push(...[...unwritten, ...unanswered].map((gone) => gone.messageId));
      expect(out.toSorted()).toEqual(Array.from({ length: offered }, (_, i) => String(i)).toSorted());
    }),
  );
});
