import { afterEach, expect, test } from '@jest/globals';
import { allocationServiceV1, commonV1, siteV1 } from '@headroom/contracts';
import { RpcError } from '@headroom/rpc';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import { CHANGES_MAX } from './domain/explanation.ts';
import { type Answered, OPTIMIZERS, type Rig, START_MS, startRig } from './testing/rig.ts';

let rig: Rig;
afterEach(() => rig.stop());

const SITE = '/api/v1/sites/demo-depot';

async function withSite(
  config: Parameters<typeof startRig>[0] = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  rig = await startRig(config);
  expect((await rig.ask(SITE, { method: 'PUT', body: EXAMPLE_SITE, headers })).status).toBe(200);
}
const preview = (changes: unknown): Promise<Answered> =>
  rig.ask(`${SITE}/preview`, { method: 'POST', body: { changes } });
const asked = (method: string): readonly unknown[] =>
  rig.calls.filter((call) => call.method === method).map(({ request }) => request);

const EXPLAINED = allocationServiceV1.EvseExplanation.fromPartial({
  ...{ stationId: 'ST-1', evse: 1, name: 'Bay 1', limitDeciA: 160, phases: [commonV1.GridPhase.L1] },
  reason: { code: 'CIRCUIT_LIMIT', circuitId: 'panel-a', row: 'l1', sentence: 'Panel A is full.' },
  ...{ dischargeDeciA: 100, dischargeReason: { code: 'V2X_DISCHARGE', sentence: '6.9 kW back, as planned.' } },
  row: {
    ...{ circuitId: 'panel-a', circuitName: 'Panel A', row: 'l1', limitDeciA: 640, usedDeciA: 640 },
    terms: [
      { source: 'rating', limitDeciA: 640 },
      { source: 'grid', limitDeciA: 700, limitW: 16_100n, validUntilMs: BigInt(START_MS) },
    ],
  },
  counterfactual: {
    raises: [
      { circuitId: 'panel-a', by: { $case: 'conductorsDeciA', value: 50 } },
      { circuitId: 'grid', by: { $case: 'powerW', value: 4_000n } },
    ],
    ...{ limitDeciA: 173, sentence: 'With 5 A more on Panel A it would have 17.3 A.' },
  },
});

test('the owner of a site explains it, whichever optimizer was asked first, in amperes and kW', async () => {
  await withSite();
  rig.allocation.explainEvse = async ({ siteId }) => ({
    outcome: {
      $case: 'explanation',
      value: {
        ...allocationServiceV1.Explanation.create(),
        siteId,
        policy: siteV1.PolicyKind.FIRST_COME,
        evses: [EXPLAINED],
      },
    },
  });
  for (let asks = 0; asks < OPTIMIZERS.length; asks += 1) {
    expect((await rig.ask(`${SITE}/explanation`)).json()).toEqual({
      ...{ siteId: 'demo-depot', ownerEpoch: '3', decisionSeq: '7', decidedAt: new Date(START_MS).toISOString() },
      ...{ share: 'equal', evses: [], counterfactualsLeftOut: 0 },
    });
  }
  // The one that owns nothing was asked once, and named the other.
  expect(asked('explainSite')).toHaveLength(3);
  const one = await rig.ask(`${SITE}/explanation?evse=${encodeURIComponent('ST-1/1')}`);
  expect(asked('explainEvse')).toEqual([{ siteId: 'demo-depot', stationId: 'ST-1', evse: 1 }]);
  expect(one.json()).toMatchObject({
    share: 'first-come',
    evses: [
      {
        ...{ evseId: 'ST-1/1', name: 'Bay 1', limitA: 16 },
        reason: { code: 'CIRCUIT_LIMIT', circuitId: 'panel-a', row: 'l1' },
        givesBack: { targetA: 10, sentence: '6.9 kW back, as planned.' },
        binding: {
          ...{ circuitName: 'Panel A', limitA: 64, usedA: 64 },
          terms: [
            { source: 'rating', limitA: 64, limitKw: null, validUntil: null },
            { source: 'grid', limitA: 70, limitKw: 16.1, validUntil: new Date(START_MS).toISOString() },
          ],
        },
        counterfactual: {
          raises: [
            { circuitId: 'panel-a', byA: 5, byKw: null },
            { circuitId: 'grid', byA: null, byKw: 4 },
          ],
          limitA: 17.3,
        },
      },
    ],
  });
});

test('a preview carries every kind of change, in the units of the wire', async () => {
  await withSite();
  const answer = await preview([
    { kind: 'circuit-power', powerKw: 120.5 },
    { kind: 'grid-limit', circuit: 'panel-a', powerKw: 20 },
    { kind: 'circuit-rating', circuit: 'panel-a', ratingA: 63 },
    { kind: 'car', evseId: 'ST-1/1' },
    { kind: 'share', share: 'density' },
  ]);
  expect(answer.json()).toEqual({
    ...{
      decidedAt: new Date(START_MS).toISOString(),
      differences: [],
      unchanged: 0,
      overRating: false,
      overPower: false,
    },
  });
  expect(asked('preview').at(-1)).toMatchObject({
    siteId: 'demo-depot',
    changes: [
      { change: { $case: 'circuitPower', value: { circuitId: '', powerLimitW: 120_500n } } },
      { change: { $case: 'gridLimit', value: { circuitId: 'panel-a', powerLimitW: 20_000n } } },
      { change: { $case: 'circuitRating', value: { circuitId: 'panel-a', ratingDeciA: 630 } } },
      { change: { $case: 'car', value: { stationId: 'ST-1', evse: 1 } } },
      { change: { $case: 'policy', value: siteV1.PolicyKind.DENSITY } },
    ],
  });
});

test('what is no change is refused before anybody is asked, and so is the first one too many', async () => {
  await withSite();
  const fine = { kind: 'share', share: 'equal' };
  const many = (n: number) => Array.from({ length: n }, () => fine);
  expect((await preview(many(CHANGES_MAX))).status).toBe(200);
  const before = asked('preview').length;
  for (const wrong of [
    [],
    many(CHANGES_MAX + 1),
    [{ kind: 'circuit-power', powerKw: -1 }],
    [{ kind: 'magic' }],
    [{ ...fine, more: 1 }],
  ]) {
    expect((await preview(wrong)).status).toBe(400);
  }
  expect((await preview([{ kind: 'car', evseId: 'ST-1' }])).json()).toMatchObject({
    status: 422,
    problems: [{ code: 'bad-evse' }],
  });
  expect(asked('preview')).toHaveLength(before);
});

test('refusals of the optimizer keep their meaning: too many at a time, not to be tried, nobody owns it', async () => {
  await withSite();
  const says = (code: ConstructorParameters<typeof RpcError>[0]) => async () => {
    throw new RpcError(code, 'as the optimizer put it');
  };
  rig.allocation.preview = says('resource-exhausted');
  const busy = await preview([{ kind: 'share', share: 'equal' }]);
  expect(busy).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
  rig.allocation.preview = says('invalid-argument');
  expect((await preview([{ kind: 'share', share: 'equal' }])).json()).toMatchObject({
    status: 422,
    detail: 'as the optimizer put it',
  });
  rig.allocation.explainSite = async () => ({ outcome: { $case: 'elsewhere', value: { ownerAddress: '' } } });
  const calls = asked('explainSite').length;
  expect((await rig.ask(`${SITE}/explanation`)).status).toBe(503);
  // Each of them once, and not for ever.
  expect(asked('explainSite').length - calls).toBe(OPTIMIZERS.length);
});

test('a replay is asked for by an instant or by a number, and tells what the log no longer holds', async () => {
  await withSite();
  const gone = (await rig.ask(`${SITE}/replay?ownerEpoch=3&decisionSeq=7`)).json();
  expect(gone).toMatchObject({ status: 404, problems: [{ code: 'inputs' }] });
  expect(asked('replay')).toEqual([
    { siteId: 'demo-depot', which: { $case: 'decision', value: { ownerEpoch: 3n, seq: 7n } } },
  ]);
  rig.allocation.replay = async () => ({
    outcome: {
      $case: 'replayed',
      value: allocationServiceV1.ReplayedDecision.fromPartial({
        ...{ ownerEpoch: 3n, stateHash: 'ab', isSame: false, differences: ['allocations'] },
        recorded: { seq: 7n, decidedAtMs: BigInt(START_MS), stateHash: 'cd', trigger: 'timer', siteConfigVersion: 4n },
      }),
    },
  });
  expect((await rig.ask(`${SITE}/replay?at=2026-06-07T12:00:00Z`)).json()).toMatchObject({
    ...{ ownerEpoch: '3', decisionSeq: '7', siteVersion: 4, recordedHash: 'cd', replayedHash: 'ab' },
    ...{ same: false, differences: ['allocations'] },
  });
  for (const wrong of [
    '',
    '?at=yesterday',
    '?ownerEpoch=3',
    '?at=2026-06-07T12:00:00Z&ownerEpoch=3',
    '?ownerEpoch=-1&decisionSeq=1',
  ]) {
    expect((await rig.ask(`${SITE}/replay${wrong}`)).status).toBe(400);
  }
});

test('a stranger learns nothing of a site: no token, another origin, another host; and a site that is nowhere is not found', async () => {
  const token = 'a-bearer-token-of-tests';
  const authorization = `Bearer ${token}`;
  await withSite({ host: '0.0.0.0', bearerToken: token }, { authorization });
  const questions: readonly (readonly [string, object])[] = [
    ['/explanation', {}],
    ['/explanation?evse=ST-1%2F1', {}],
    ['/replay?at=2026-06-07T12:00:00Z', {}],
    ['/plan', {}],
    ['/preview', { method: 'POST', body: { changes: [{ kind: 'share', share: 'equal' }] } }],
  ];
  const before = rig.calls.length;
  for (const [path, how] of questions) {
    expect((await rig.ask(`${SITE}${path}`, how)).status).toBe(401);
    expect((await rig.ask(`${SITE}${path}`, { ...how, headers: { authorization: `${authorization}x` } })).status).toBe(
      401,
    );
    const foreign = { authorization, origin: 'https://evil.example' };
    expect((await rig.ask(`${SITE}${path}`, { ...how, headers: foreign })).status).toBe(403);
  }
  expect(rig.calls).toHaveLength(before);
  for (const [path, how] of questions) {
    const other = `/api/v1/sites/of-somebody-else${path}`;
    expect((await rig.ask(other, { ...how, headers: { authorization } })).status).toBe(404);
  }
  // The registry said so; no optimizer was asked.
  expect(rig.calls.slice(before).map(({ method }) => method)).toEqual(questions.map(() => 'getSite'));
});
