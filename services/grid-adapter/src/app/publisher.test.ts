import { expect, test } from '@jest/globals';
import type { GridFact, GridStore } from '../ports.ts';
import { createPublisher, FACTS_WAITING_MAX } from './publisher.ts';

const fact = (n: number): GridFact => ({
  ...{ kind: 'source', siteId: `s${n}`, source: 'dso', state: 'heard', sentence: '', atMs: n },
});

function rig(save: GridStore['save']) {
  const told: GridFact[] = [];
  const dropped: number[] = [];
  const over: string[] = [];
  const publisher = createPublisher({
    ...{ term: 1, clock: { nowMs: () => 0 }, desks: [], isReady: () => false, store: { save } },
    facts: { publish: async (facts) => void told.push(...facts) },
    due: { mark: () => {}, markAll: () => {}, markSite: () => {}, take: () => [], published: () => {} },
    events: { factsDropped: (count) => dropped.push(count), notPublished: () => {}, timelinePublished: () => {} },
    onOver: () => over.push('over'),
    onBug: (cause) => {
      throw cause;
    },
  });
  return { told, dropped, over, publisher };
}

test('the first fact over what may wait for the log drops the oldest, and that is said', async () => {
  const { told, dropped, publisher } = rig(async () => new Map());
  publisher.tell(Array.from({ length: FACTS_WAITING_MAX }, (_, n) => fact(n)));
  expect(dropped).toEqual([]);
  publisher.tell([fact(FACTS_WAITING_MAX)]);
  publisher.pump();
  await publisher.end();
  expect([dropped, told.length, told[0]]).toEqual([[1], FACTS_WAITING_MAX, fact(1)]);
});

test('whose term is over publishes nothing, not even what needs no version', async () => {
  const { told, over, publisher } = rig(async () => undefined);
  publisher.tell([fact(1)]);
  publisher.pump();
  await publisher.end();
  expect([told, over]).toEqual([[], ['over']]);
});
