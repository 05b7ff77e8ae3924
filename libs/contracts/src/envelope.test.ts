import { expect, test } from '@jest/globals';
import { encodeRecord } from './envelope.ts';
import { TOPICS } from './topics.ts';

const envelope = { eventId: 'e', eventType: 'limitIntended', occurredAtMs: 1, producer: 'nobody' };
const fact = (stationId: string, receivedAtMs = 0n) => ({
  stationId,
  siteId: 'S-1',
  connectionGeneration: 1n,
  receivedAtMs,
  rawFrame: new Uint8Array(),
  fact: undefined,
});
const record = (message: ReturnType<typeof fact>) => encodeRecord(TOPICS.stationFacts, 'S-1', message, envelope).value;
const plainly = (message: ReturnType<typeof fact>) => TOPICS.stationFacts.codec.encode(message).finish();

test('records have bytes of their own: what is encoded later leaves earlier ones as they are', () => {
  const long = record(fact('x'.repeat(300)));
  const before = long.slice();
  expect(record(fact('y'))).toEqual(plainly(fact('y')));
  expect(long).toEqual(before);
  expect(long).toEqual(plainly(fact('x'.repeat(300))));
});

test('a message that does not encode leaves nothing in the next record', () => {
  expect(() => record(fact('a', 2n ** 80n))).toThrow('too large');
  expect(record(fact('b'))).toEqual(plainly(fact('b')));
});
