import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assignShards, type GroupMember, shareOut } from './assign-shards.ts';

const NOTHING: ReadonlyMap<number, bigint> = new Map();
const member = (memberId: string, topics: readonly string[], claims = NOTHING): GroupMember => ({
  memberId,
  topics,
  claims,
});
const claimsOf = (shards: readonly number[], epoch = 1n) => new Map(shards.map((shard) => [shard, epoch]));
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test.each([1, 2, 3, 4, 5, 6, 7])(
  'OW-10: with %i members every shard has one member with all its topics, sizes differ by one',
  (count) => {
    const topics = ['a', 'b', 'c'];
    const members = numbers(count).map((n) => member(`m${(n * 5) % 7}`, topics));
    const assignment = [...assignShards(members, () => numbers(64)).values()];
    for (const each of assignment) expect(each['b']).toEqual(each['a']);
    for (const each of assignment) expect(each['c']).toEqual(each['a']);
    const sizes = assignment.map((each) => each['a']?.length ?? 0);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(assignment.flatMap((each) => each['a'] ?? []).toSorted((a, b) => a - b)).toEqual(numbers(64));
  },
);

test('OW-13: a member gets only topics that it subscribes to itself', () => {
  const members = [member('new', ['a', 'b']), member('old', ['a'])];
  const assignment = assignShards(members, () => [0, 1, 2]);
  expect(assignment.get('new')).toEqual({ a: [0, 2], b: [0, 2] });
  expect(assignment.get('old')).toEqual({ a: [1] });
});

test('OW-10: each further member of 64 shards takes its share and nothing else moves: 32, 21, 16, 12, 10, 9', () => {
  let shares: ReadonlyMap<string, readonly number[]> = shareOut([{ memberId: 'm1', claims: NOTHING }], numbers(64));
  const moved = [2, 3, 4, 5, 6, 7].map((count) => {
    const before = shares;
    const members = numbers(count).map((n) => ({
      memberId: `m${n + 1}`,
      claims: claimsOf(before.get(`m${n + 1}`) ?? []),
    }));
    shares = shareOut(members, numbers(64));
    return movesFrom(before, shares);
  });
  expect(moved).toEqual([32, 21, 16, 12, 10, 9]);
});

test('OW-11: of two claims the higher epoch wins, whoever asks first', () => {
  const zombie = { memberId: 'a', claims: claimsOf([0, 1], 7n) };
  const owner = { memberId: 'b', claims: claimsOf([0, 1], 8n) };
  for (const members of [
    [zombie, owner, { memberId: 'c', claims: NOTHING }],
    [owner, zombie, { memberId: 'c', claims: NOTHING }],
  ]) {
    const shares = shareOut(members, numbers(6));
    expect(shares.get('b')).toEqual([0, 1]);
  }
});

test('no members: nothing to share', () => {
  expect(shareOut([], numbers(6)).size).toBe(0);
});

const movesFrom = (before: ReadonlyMap<string, readonly number[]>, after: ReadonlyMap<string, readonly number[]>) =>
  [...before].flatMap(([memberId, shards]) => shards.filter((shard) => after.get(memberId)?.includes(shard) !== true))
    .length;

/** Members 1 to 7, each claims any shards (some that do not exist, some that others claim too) at any epoch. */
const groups = fc.record({
  count: fc.constantFrom(1, 2, 6, 12, 13, 64),
  claims: fc.array(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 70 }), fc.bigInt({ min: 0n, max: 3n })), { maxLength: 80 }),
    { minLength: 1, maxLength: 7 },
  ),
});
const membersOf = (claims: readonly (readonly (readonly [number, bigint])[])[]) =>
  claims.map((each, n) => ({ memberId: `m${n}`, claims: new Map(each) }));

test('whatever is claimed: every shard once, sizes differ by one at most, the order of the members does not matter', () => {
  fc.assert(
    fc.property(groups, ({ count, claims }) => {
      const members = membersOf(claims);
      const shares = shareOut(members, numbers(count));
      const sizes = [...shares.values()].map((shards) => shards.length);
      expect([...shares.values()].flat().toSorted((a, b) => a - b)).toEqual(numbers(count));
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      const again = shareOut(members.toReversed(), numbers(count).toReversed());
      expect(new Map(again)).toEqual(new Map(shares));
    }),
  );
});

test('whatever is claimed: a shard stays with its best claim, unless that member has its full share; no other plan moves fewer', () => {
  fc.assert(
    fc.property(groups, ({ count, claims }) => {
      const members = membersOf(claims);
      const shares = shareOut(members, numbers(count));
      const best = numbers(count).map((shard) => bestClaimant(members, shard));
      const wanted = members.map(({ memberId }) => best.filter((each) => each === memberId).length);
      let moved = 0;
      for (const [shard, claimant] of best.entries()) {
        if (claimant === undefined || shares.get(claimant)?.includes(shard) === true) continue;
        moved += 1;
        expect(shares.get(claimant)?.every((each) => best[each] === claimant)).toBe(true);
      }
      expect(moved).toBe(fewestMoves(wanted, count));
    }),
  );
});

test('whoever leaves a balanced group: only its shards move', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 7 }), fc.nat(6), fc.constantFrom(6, 12, 64), (count, who, shards) => {
      const all = numbers(count).map((n) => ({ memberId: `m${n}`, claims: NOTHING }));
      const before = shareOut(all, numbers(shards));
      const left = all
        .filter((_, n) => n !== who % count)
        .map(({ memberId }) => ({ memberId, claims: claimsOf(before.get(memberId) ?? []) }));
      const after = shareOut(left, numbers(shards));
      for (const { memberId } of left) {
        expect(after.get(memberId)).toEqual(expect.arrayContaining([...(before.get(memberId) ?? [])]));
      }
    }),
  );
});

function bestClaimant(members: ReturnType<typeof membersOf>, shard: number): string | undefined {
  const claimed = members.filter(({ claims }) => claims.has(shard));
  const highest = claimed.reduce((most, { claims }) => {
    const epoch = claims.get(shard) ?? 0n;
    return epoch > most ? epoch : most;
  }, 0n);
  return claimed.find(({ claims }) => claims.get(shard) === highest)?.memberId;
}

/** Tries every way to hand out the larger shares. */
function fewestMoves(wanted: readonly number[], shards: number): number {
  const size = Math.floor(shards / wanted.length);
  const larger = shards % wanted.length;
  const plans = numbers(2 ** wanted.length).filter(
    (plan) => numbers(wanted.length).filter((n) => (plan >> n) % 2 === 1).length === larger,
  );
  const moves = plans.map((plan) =>
    wanted.reduce((sum, count, n) => sum + Math.max(0, count - size - ((plan >> n) % 2)), 0),
  );
  return Math.min(...moves);
}
