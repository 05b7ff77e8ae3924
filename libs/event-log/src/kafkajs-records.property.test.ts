import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

// The patch writes and reads records in fewer steps. What stands on the wire is held here to the format itself, written down once more.

const require = createRequire(import.meta.url);

type Header = string | Buffer | readonly (string | Buffer)[];
interface RecordParts {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<Record<string, Header>>;
}
interface Decoded {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | readonly Buffer[]>>;
}

const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (parts: RecordParts) => {
  readonly buffer: Buffer;
};
const decodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as (
  decoder: object,
  context: { readonly firstOffset: string; readonly firstTimestamp: string },
) => Decoded;
const Encoder = require('kafkajs/src/protocol/encoder.js') as new (
  initialSize: number,
) => {
  readonly buffer: Buffer;
  writeVarInt(value: number): void;
};
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => { readVarInt(): number };

/** A signed number as Kafka writes it: zigzag, then seven bits to a byte, the lowest first. */
function varint(value: number | bigint): Buffer {
  const big = BigInt(value);
  let rest = big >= 0n ? big * 2n : -big * 2n - 1n;
  const bytes: number[] = [];
  do {
    const more = rest > 127n;
    bytes.push(Number(rest & 127n) + (more ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function sized(value: Buffer | string | null): Buffer {
  if (value === null) return varint(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
}

const isMany = (header: Header): header is readonly (string | Buffer)[] => Array.isArray(header);
const linesOf = ({ headers }: RecordParts): readonly (readonly [string, string | Buffer])[] =>
  Object.entries(headers).flatMap(([name, header]) =>
    isMany(header) ? header.map((each) => [name, each] as const) : [[name, header] as const],
  );

/** KIP-98: length, attributes, time, place, key, value, headers. */
function written(parts: RecordParts): Buffer {
  const lines = linesOf(parts);
  const body = Buffer.concat([
    Buffer.from([0]),
    ...[varint(parts.timestampDelta), varint(parts.offsetDelta), sized(parts.key), sized(parts.value)],
    varint(lines.length),
    ...lines.flatMap(([name, value]) => [sized(name), sized(value)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.oneof(fc.string({ maxLength: 90 }), fc.string({ unit: 'binary', maxLength: 40 }));
const one = fc.oneof(text, bytes);
const parts: fc.Arbitrary<RecordParts> = fc.record({
  offsetDelta: fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)),
  timestampDelta: fc.oneof(
    fc.integer({ min: -200, max: 20_000 }),
    fc.integer({ min: -(2 ** 47), max: 2 ** 47 }),
    fc.constantFrom(2 ** 30 - 1, 2 ** 30, 2 ** 31, 2 ** 48 - 1, 2 ** 48, -(2 ** 48), -(2 ** 48) - 1),
  ),
  key: fc.option(bytes),
  value: fc.option(one),
  headers: fc.dictionary(
    fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString')),
    fc.oneof(one, fc.array(one, { maxLength: 3 })),
    { maxKeys: 6, noNullPrototype: true },
  ),
});

test('a record stands on the wire byte for byte as the format has it', () => {
  fc.assert(
    fc.property(parts, (record) => {
      expect(encodeRecord(record).buffer.toString('hex')).toBe(written(record).toString('hex'));
    }),
    { numRuns: 3_000 },
  );
});

const OFFSET = 9_007_199_254_740_000;
const TIME = 1_790_000_000_000;

test('a record is read as what was written, whatever its headers are called, at places and times of any size', () => {
  const begins = fc.constantFrom(0, 7, OFFSET);
  fc.assert(
    fc.property(parts, begins, (record, firstOffset) => {
      const decoder = new Decoder(written(record));
      decoder.readVarInt();
      const read = decodeRecord(decoder, { firstOffset: String(firstOffset), firstTimestamp: String(TIME) });
      expect(read.offset).toBe(String(BigInt(firstOffset) + BigInt(record.offsetDelta)));
      expect(read.timestamp).toBe(String(BigInt(TIME) + BigInt(record.timestampDelta)));
      expect(read.key).toEqual(record.key);
      expect(read.value).toEqual(record.value === null ? null : Buffer.from(record.value));
      expect(Object.getPrototypeOf(read.headers)).toBe(Object.prototype);
      const lines = Object.entries(read.headers).flatMap(([name, value]) =>
        Buffer.isBuffer(value)
          ? [`${name}=${value.toString('hex')}`]
          : value.map((v) => `${name}=${v.toString('hex')}`),
      );
      const expected = linesOf(record).map(([name, value]) => `${name}=${Buffer.from(value).toString('hex')}`);
      expect(lines.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 3_000 },
  );
});

test('a time that is too large for a number is read exactly', () => {
  const delta = 2n ** 55n + 1n;
  const body = Buffer.concat([Buffer.from([0]), varint(delta), varint(0), varint(-1), varint(-1), varint(0)]);
  const read = decodeRecord(new Decoder(body), { firstOffset: '0', firstTimestamp: String(TIME) });
  expect(read.timestamp).toBe(String(BigInt(TIME) + delta));
});

test('what is written grows by as much as it needs', () => {
  const numbers = fc.array(fc.oneof(fc.nat(200), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), { maxLength: 60 });
  fc.assert(
    fc.property(numbers, (values) => {
      const encoder = new Encoder(1);
      for (const value of values) encoder.writeVarInt(value);
      expect(encoder.buffer.toString('hex')).toBe(Buffer.concat(values.map(varint)).toString('hex'));
    }),
  );
});
