import { TOPICS, type Topic, topicNamed } from './topics.ts';
import type { Sample } from './sample.ts';

/** One message as it was published: its bytes, and what they mean. */
export interface GoldenMessage {
  readonly topic: string;
  readonly title: string;
  readonly hex: string;
  readonly json: unknown;
}

interface JsonCodec {
  readonly fromJSON: (json: unknown) => unknown;
  readonly toJSON: (message: unknown) => unknown;
}
type FullCodec = Topic<unknown>['codec'] & JsonCodec;

/** The codec of a topic, by the topic's name. */
export function codecOf(name: string): FullCodec | undefined {
  return topicNamed(name)?.codec as FullCodec | undefined;
}

/** The bytes of a sample, as they would stand in the log today. */
export function goldenOf(sample: Sample): GoldenMessage {
  const { name } = TOPICS[sample.topic];
  const codec = codecOf(name);
  if (codec === undefined) throw new Error(`no codec for ${name}`);
  const message = codec.fromJSON(sample.json);
  return {
    topic: name,
    title: sample.title,
    hex: Buffer.from(codec.encode(message).finish()).toString('hex'),
    json: codec.toJSON(message),
  };
}
