import type { TOPICS } from './topics.ts';

/** A message in JSON, every field set. */
export interface Sample {
  readonly topic: keyof typeof TOPICS;
  readonly title: string;
  readonly json: object;
}
