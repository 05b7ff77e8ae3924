import { expect, test } from '@jest/globals';
import { assignShards } from './kafka-assigner.ts';

const shards = Array.from({ length: 64 }, (_, n) => n);

test.each([1, 2, 3, 4, 5, 6, 7])(
  'OW-10: with %i members every shard has one member with all its topics, sizes differ by one',
  (count) => {
    const topics = ['a', 'b', 'c'];
    const members = Array.from({ length: count }, (_, n) => ({ memberId: `m${(n * 5) % 7}`, topics }));
    const assignment = [...assignShards(members, () => shards).values()];
    for (const each of assignment) expect(each['b']).toEqual(each['a']);
    for (const each of assignment) expect(each['c']).toEqual(each['a']);
    const sizes = assignment.map((each) => each['a']?.length ?? 0);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(assignment.flatMap((each) => each['a'] ?? []).toSorted((a, b) => a - b)).toEqual(shards);
  },
);

test('OW-13: a member gets only topics that it subscribes to itself', () => {
  const members = [
    { memberId: 'new', topics: ['a', 'b'] },
    { memberId: 'old', topics: ['a'] },
  ];
  const assignment = assignShards(members, () => [0, 1, 2]);
  expect(assignment.get('new')).toEqual({ a: [0, 2], b: [0, 2] });
  expect(assignment.get('old')).toEqual({ a: [1] });
});
