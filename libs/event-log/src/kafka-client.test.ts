import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { createProducer, sendWith } from './kafka-client.ts';

/** Keys of the three calls that a producer makes (Kafka protocol, "API keys"), each of which the broker below knows in version 0. */
const [PRODUCE, METADATA, API_VERSIONS] = [0, 3, 18];
/** NOT_LEADER_OR_FOLLOWER: the error after which clients repeat. */
const NOT_LEADER = 6;
const TOPIC = 't';

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
const int32 = (value: number): Buffer => Buffer.concat([int16(value >> 16), int16(value)]);
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);
const array = (...items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);

/** One broker that leads the one partition of the topic, and refuses every record for it. */
async function refusingBroker() {
  const asked: number[] = [];
  const answerTo = (key: number, port: number): Buffer => {
    if (key === API_VERSIONS) {
      const known = [PRODUCE, METADATA, API_VERSIONS].map((each) => Buffer.concat([int16(each), int16(0), int16(0)]));
      // Versions 1 and 2 end with how long the client is throttled.
      return Buffer.concat([int16(0), array(...known), int32(0)]);
    }
    if (key === METADATA) {
      const broker = Buffer.concat([int32(1), text('127.0.0.1'), int32(port)]);
      const partition = Buffer.concat([int16(0), int32(0), int32(1), array(int32(1)), array(int32(1))]);
      return Buffer.concat([array(broker), array(Buffer.concat([int16(0), text(TOPIC), array(partition)]))]);
    }
    const refused = Buffer.concat([int32(0), int16(NOT_LEADER), int32(-1), int32(-1)]);
    return array(Buffer.concat([text(TOPIC), array(refused)]));
  };
  const serve = (socket: Socket): void => {
    let unread = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      unread = Buffer.concat([unread, bytes]);
      while (unread.length >= 4 && unread.length >= 4 + unread.readInt32BE(0)) {
        const size = unread.readInt32BE(0);
        const key = unread.readInt16BE(4);
        asked.push(key);
        const answer = Buffer.concat([unread.subarray(8, 12), answerTo(key, socket.localPort ?? 0)]);
        socket.write(Buffer.concat([int32(answer.length), answer]));
        unread = unread.subarray(4 + size);
      }
    });
  };
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, produces: () => asked.filter((key) => key === PRODUCE).length, server };
}

test('OW-01, OW-02: a send of ours leaves once: the client repeats nothing, whose repeats lose what was acknowledged', async () => {
  const broker = await refusingBroker();
  const producer = createProducer({ brokers: [broker.address], clientId: 'once', report: () => {} });
  await producer.connect();
  const record = { topic: TOPIC, key: 'k', value: new Uint8Array([1]), headers: {} };
  await expect(sendWith(producer)(TOPIC, [{ record, partition: 0, bytes: 1 }])).rejects.toThrow('leader');
  expect(broker.produces()).toBe(1);
  await producer.disconnect();
  broker.server.close();
});
