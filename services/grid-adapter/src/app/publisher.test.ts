import { expect, test } from '@jest/globals';
import type { GridFact } from '../ports.ts';
import { createPublisher, FACTS_WAITING_MAX } from './publisher.ts';

test('the first fact over what may wait for the log drops the oldest, and that is said', async () => {
  const told: GridFact[] = [];
  const dropped: number[] = [];
  const publisher = createPublisher({
    ...{ term: 1, clock: { nowMs: () => 0 }, desks: [], isReady: () => false },
    store: { save: async () => new Map() },
    facts: { publish: async (facts) => void told.push(...facts) },
    due: { mark: () => {}, markAll: () => {}, take: () => [], published: () => {} },
    events: { factsDropped: (count) => dropped.push(count), notPublished: () => {}, timelinePublished: () => {} },
    onOver: () => {},
    onBug: (cause) => {
      throw cause;
    },
  });
  const fact = (n: number): GridFact => ({
    ...{ kind: 'source', siteId: `s${n}`, source: 'dso', state: 'heard', sentence: '', atMs: n },
  });
  publisher.tell(Array.from({ length: FACTS_WAITING_MAX }, (_, n) => fact(n)));
  expect(dropped).toEqual([]);
  publisher.tell([fact(FACTS_WAITING_MAX)]);
  publisher.pump();
  await publisher.end();
  expect([dropped, told.length, told[0]]).toEqual([[1], FACTS_WAITING_MAX, fact(1)]);
});
