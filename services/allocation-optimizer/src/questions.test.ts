import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type allocationServiceV1 as wire, siteStateV1, siteV1, TOPICS } from '@headroom/contracts';
import { compareText } from '@headroom/kernel';
import { settle } from '@headroom/testing';
import { createMemoryEpochs, type EpochSource } from '@headroom/turn-store';
import { QUESTIONS_AT_A_TIME } from './app/question-desk.ts';
import { CHANGES_MAX } from './domain/what-if/changes.ts';
import { type FakePlatform, fakePlatform } from './platform.fixture.ts';
import { type Asked, sockets, type Sockets } from './questions.fixture.ts';
import { charging, configure, decisions, last, meter, SITE } from './service.fixture.ts';

const DEADLINE = { deadlineMs: 10_000 };

let open: Sockets;
let fake: FakePlatform;
let epochs: EpochSource;
let owner: Asked;
beforeEach(async () => {
  open = sockets();
  fake = await fakePlatform();
  epochs = createMemoryEpochs();
  await told(fake);
  owner = await open.open(fake, epochs);
});
afterEach(() => open.close());

async function told(of: FakePlatform): Promise<void> {
  await configure(of);
  for (const station of ['ST-1', 'ST-2']) await charging(of, station);
  await meter(of, 100);
}

const explanationIn = (response: wire.ExplainSiteResponse): wire.Explanation => {
  if (response.outcome?.$case !== 'explanation') throw new Error(`not explained: ${response.outcome?.$case}`);
  return response.outcome.value;
};
type Change = NonNullable<wire.PreviewedChange['change']>;
const preview = (...changes: readonly Change[]) =>
  owner.client.preview({ siteId: SITE, changes: changes.map((change) => ({ change })) }, DEADLINE);
const power = (powerLimitW: bigint, circuitId = '') =>
  ({ $case: 'circuitPower', value: { circuitId, powerLimitW } }) as const;
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'answered',
    (cause: unknown) => (typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : cause),
  );

test('a site explains itself: what was given, what binds, whose word that is, and what would give more', async () => {
  const { decision, epoch } = await last(fake);
  const explained = explanationIn(await owner.client.explainSite({ siteId: SITE }, DEADLINE));
  expect(explained).toMatchObject({
    siteId: SITE,
    ownerEpoch: epoch,
    decisionSeq: decision.seq,
    decidedAtMs: decision.decidedAtMs,
    policy: siteV1.PolicyKind.EQUAL_SHARE,
    counterfactualsLeftOut: 0,
  });
  expect(explained.evses.map(({ limitDeciA, reason }) => ({ limitDeciA, reason }))).toEqual(
    decision.allocations.map(({ limitDeciA, reason }) => ({ limitDeciA, reason })),
  );
  expect(explained.evses[0]).toMatchObject({
    ...{ stationId: 'ST-1', evse: 1, transactionId: 'tx-ST-1', limitDeciA: 265 },
    reason: { code: 'SITE_LIMIT', circuitId: 'grid' },
    row: { circuitName: 'Grid connection', limitDeciA: 640, usedDeciA: 640, otherLoadDeciA: 110 },
    counterfactual: {
      limitDeciA: 275,
      sentence: expect.stringMatching(/^With 2 A more on Grid connection.* it would have 27.5 A/u),
    },
  });
  const { row } = explained.evses[0] ?? {};
  expect(row?.terms[0]).toMatchObject({ source: row?.row === 'power' ? 'contract' : 'rating' });
});

test('one EVSE is explained alone, and one that the site does not have is not found', async () => {
  const one = await owner.client.explainEvse({ siteId: SITE, stationId: 'ST-2', evse: 1 }, DEADLINE);
  expect(explanationIn(one).evses.map(({ stationId }) => stationId)).toEqual(['ST-2']);
  const none = { siteId: SITE, stationId: 'ST-9', evse: 1 };
  expect(await codeOf(owner.client.explainEvse(none, DEADLINE))).toBe('not-found');
});

test('a preview tells who would get what, and changes nothing: neither the log nor what is decided next', async () => {
  const before = { made: await decisions(fake), inputs: await fake.read(TOPICS.allocationInputs.name) };
  const { outcome } = await preview(power(22_000n), { $case: 'policy', value: siteV1.PolicyKind.FIRST_COME });
  if (outcome?.$case !== 'preview') throw new Error('no preview');
  expect(outcome.value).toMatchObject({ unchanged: 0, overRating: false, overPower: false });
  expect(
    outcome.value.differences.map(({ stationId, beforeDeciA, afterDeciA }) => [stationId, beforeDeciA, afterDeciA]),
  ).toEqual([
    ['ST-1', 265, 148],
    ['ST-2', 265, 60],
  ]);
  expect(outcome.value.differences[0]?.afterReason).toMatchObject({ code: 'SITE_LIMIT', row: 'power' });
  const after = { made: await decisions(fake), inputs: await fake.read(TOPICS.allocationInputs.name) };
  expect(after).toEqual(before);
  // What comes next is decided from what it would have been decided from anyway: a twin that nobody asked says so.
  const twin = await fakePlatform();
  await told(twin);
  await open.open(twin, createMemoryEpochs());
  for (const each of [fake, twin]) {
    await each.time.pass(1_000);
    await meter(each, 150);
    await each.time.pass(1_000);
  }
  const [ours, untouched] = await Promise.all([last(fake), last(twin)]);
  expect(ours.decision.allocations.map(({ limitDeciA }) => limitDeciA)).toEqual([240, 240]);
  expect(ours.decision.stateHash).toBe(untouched.decision.stateHash);
});

test('what cannot be tried is refused with why, before and behind the site', async () => {
  const refused = async (...changes: readonly Change[]): Promise<string> => {
    const cause = await preview(...changes).then(
      () => new Error('answered'),
      (each: Error & { readonly code?: string }) => each,
    );
    return `${'code' in cause ? cause.code : ''}: ${cause.message}`;
  };
  expect(await refused()).toMatch(/^invalid-argument: .*From 1 to 8/u);
  const many = Array.from({ length: CHANGES_MAX + 1 }, () => power(1n));
  expect(await refused(...many)).toMatch(/^invalid-argument: .*not 9/u);
  expect((await preview(...many.slice(1))).outcome?.$case).toBe('preview');
  for (const watts of [-1n, 1_000_000_001n, 9_000_000_000_000_000_000n]) {
    expect(await refused(power(watts))).toMatch(/^invalid-argument: .*between 0 W and 1 GW/u);
  }
  const rating = { $case: 'circuitRating', value: { circuitId: '', ratingDeciA: -1 } } as const;
  expect(await refused(rating)).toMatch(/^invalid-argument: .*rating/u);
  expect(await refused({ $case: 'policy', value: siteV1.PolicyKind.UNSPECIFIED })).toMatch(
    /^invalid-argument: .*share/u,
  );
  expect(await refused(power(1n), power(1n, 'nowhere'))).toMatch(/^invalid-argument: .*nowhere.*change 2/u);
  expect(await refused({ $case: 'car', value: { stationId: 'ST-1', evse: 1 } })).toMatch(
    /^invalid-argument: .*already/u,
  );
  expect(await refused({ $case: 'car', value: { stationId: 'x'.repeat(129), evse: 1 } })).toMatch(/^invalid-argument/u);
  expect(await codeOf(owner.client.explainSite({ siteId: '' }, DEADLINE))).toBe('invalid-argument');
});

test('a question too many is refused at once, and those under way are answered', async () => {
  const answers = await Promise.all(
    Array.from({ length: QUESTIONS_AT_A_TIME + 3 }, () => codeOf(owner.client.explainSite({ siteId: SITE }, DEADLINE))),
  );
  expect(answers.filter((each) => each === 'answered').length).toBeGreaterThanOrEqual(QUESTIONS_AT_A_TIME);
  expect(answers).toContain('resource-exhausted');
  expect(await codeOf(owner.client.explainSite({ siteId: SITE }, DEADLINE))).toBe('answered');
});

test('a decision is replayed by its number and by its instant; a stranger to the log is told what is missing', async () => {
  await fake.time.pass(1_000);
  await meter(fake, 130);
  await fake.time.pass(1_000);
  const { decision, epoch } = await last(fake);
  for (const which of [
    { $case: 'decision', value: { ownerEpoch: epoch, seq: decision.seq } } as const,
    { $case: 'atMs', value: decision.decidedAtMs } as const,
  ]) {
    const { outcome } = await owner.client.replay({ siteId: SITE, which }, DEADLINE);
    if (outcome?.$case !== 'replayed') throw new Error(JSON.stringify(outcome?.value));
    expect(outcome.value).toMatchObject({
      ownerEpoch: epoch,
      isSame: true,
      differences: [],
      stateHash: decision.stateHash,
    });
    expect(outcome.value.recorded).toEqual(decision);
  }
  const which = { $case: 'decision', value: { ownerEpoch: 9n, seq: 1n } } as const;
  const { outcome } = await owner.client.replay({ siteId: SITE, which }, DEADLINE);
  expect(outcome).toMatchObject({ $case: 'notRetained', value: { what: 'inputs' } });
  expect(await codeOf(owner.client.replay({ siteId: SITE, which: undefined }, DEADLINE))).toBe('invalid-argument');
});

test('a document that was replaced since is the one that the decision is replayed under', async () => {
  const { decision, epoch } = await last(fake);
  await configure(fake, {
    version: 2n,
    policy: { kind: siteV1.PolicyKind.FIRST_COME, leaseS: 120, ladderEnd: undefined },
  });
  await fake.time.pass(12_000);
  expect((await last(fake)).decision.siteConfigVersion).toBe(2n);
  for (const seq of [decision.seq, (await last(fake)).decision.seq]) {
    const which = { $case: 'decision', value: { ownerEpoch: epoch, seq } } as const;
    const { outcome } = await owner.client.replay({ siteId: SITE, which }, DEADLINE);
    expect(outcome).toMatchObject({ $case: 'replayed', value: { isSame: true } });
  }
});

test('who does not own a site says who does, and replays its past all the same', async () => {
  const spare = await open.open(fake, epochs);
  await settle();
  await fake.time.pass(12_000);
  const askBoth = () =>
    Promise.all(
      [owner, spare].map(async ({ client }) => (await client.explainSite({ siteId: SITE }, DEADLINE)).outcome),
    );
  const outcomes = await askBoth();
  expect(outcomes.map((each) => each?.$case ?? '').toSorted(compareText)).toEqual(['elsewhere', 'explanation']);
  const holder = outcomes[0]?.$case === 'explanation' ? owner : spare;
  const other = holder === owner ? spare : owner;
  const elsewhere = { $case: 'elsewhere', value: { ownerAddress: holder.address } };
  expect(outcomes).toContainEqual(elsewhere);
  const request = { siteId: SITE, changes: [{ change: power(22_000n) }] };
  expect((await other.client.preview(request, DEADLINE)).outcome).toEqual(elsewhere);
  const { decision, epoch } = await last(fake);
  const which = { $case: 'decision', value: { ownerEpoch: epoch, seq: decision.seq } } as const;
  expect((await other.client.replay({ siteId: SITE, which }, DEADLINE)).outcome).toMatchObject({
    value: { isSame: true },
  });
  // A site of which nobody has heard is nobody's.
  expect((await owner.client.explainSite({ siteId: 'nobody' }, DEADLINE)).outcome).toEqual({
    $case: 'elsewhere',
    value: { ownerAddress: '' },
  });
});

test('whoever owns a site says in the live state where it can be asked', async () => {
  await fake.time.pass(1_000);
  const live = await fake.platform.live.get('site', SITE);
  expect(siteStateV1.SiteState.decode(live?.value ?? new Uint8Array()).ownerAddress).toBe(owner.address);
});
