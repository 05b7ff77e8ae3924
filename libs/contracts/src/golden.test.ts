import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { codecOf, type GoldenMessage, goldenOf } from './golden.ts';
import { SAMPLES } from './samples.ts';
import { TOPICS } from './topics.ts';

const FOLDER = join(import.meta.dirname, '../../../proto/golden');
/** v10 is newer than v9. */
const byNumber = new Intl.Collator('en', { numeric: true });
const published = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .toSorted(byNumber.compare)
  .map((file) => ({
    file,
    messages: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as readonly GoldenMessage[],
  }));
const cases = published.flatMap(({ file, messages }) =>
  messages.map((message) => [file, message.topic, message.title, message] as const),
);

test.each(cases)('%s: bytes of %s, %s, mean today what they meant then', (_file, topic, _title, message) => {
  const codec = codecOf(topic);
  const decoded = codec?.decode(Buffer.from(message.hex, 'hex'));
  // A field added since may show its default; what was there must be there.
  expect(codec?.toJSON(decoded)).toMatchObject(message.json as object);
});

test('today’s messages are the bytes of the newest publication (else: npm run golden -- NAME, and say why in the commit)', () => {
  expect(published.at(-1)?.messages).toEqual(SAMPLES.map((sample) => JSON.parse(JSON.stringify(goldenOf(sample)))));
});

test('every topic has golden bytes', () => {
  const covered = new Set(published.at(-1)?.messages.map((message) => message.topic));
  expect(
    Object.values(TOPICS)
      .map(({ name }) => name)
      .filter((name) => !covered.has(name)),
  ).toEqual([]);
});

test('one changed byte is seen', () => {
  const first = published.at(-1)?.messages.find((message) => message.hex.length > 20);
  if (first === undefined) throw new Error('no golden message');
  const flipped = `${first.hex.slice(0, 6)}${first.hex[6] === '5' ? '6' : '5'}${first.hex.slice(7)}`;
  const decode = () => codecOf(first.topic)?.toJSON(codecOf(first.topic)?.decode(Buffer.from(flipped, 'hex')));
  let meaning: unknown;
  try {
    meaning = decode();
  } catch {
    meaning = 'does not decode';
  }
  expect(meaning).not.toEqual(first.json);
});
