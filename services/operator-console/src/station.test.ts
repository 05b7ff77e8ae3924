import { afterEach, expect, test } from '@jest/globals';
import { dispatchStateV1, dispatchV1, stationV1, stationViewV1 } from '@headroom/contracts';
import { createMemoryLiveState, LiveStateError } from '@headroom/live-state';
import { manualTime } from '@headroom/testing';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import { type Rig, START_MS, startRig } from './testing/rig.ts';

let rig: Rig;
afterEach(() => rig.stop());

const [STATION] = EXAMPLE_SITE.spec.stations;
const ID = STATION?.id ?? '';
const SITE = '/api/v1/sites/demo-depot';

async function withSite(kept: Parameters<typeof startRig>[1] = {}): Promise<void> {
  rig = await startRig({}, kept);
  expect((await rig.ask(SITE, { method: 'PUT', body: EXAMPLE_SITE })).status).toBe(200);
}
async function told(change: Partial<stationViewV1.StationView> = {}): Promise<void> {
  const view = stationViewV1.StationView.fromPartial({
    ...{ siteId: 'demo-depot', stationId: ID, toldAtMs: BigInt(START_MS), connected: true },
    ...{ vendor: 'Headroom', model: 'Virtual AC22 whole amps', firmwareVersion: '1.0.0' },
    ocppVersion: stationV1.OcppVersion.OCPP_VERSION_2_1,
    capabilities: {
      ...{ readAtMs: BigInt(START_MS - 5_000), inAmperes: true, inWatts: true, maxStackLevel: 8, maxPeriods: 24 },
      ...{ maxProfiles: 4, since21: { maxOfflineDuration: true, dynamicProfiles: true }, phaseSwitching: true },
      remarks: ['ChargingScheduleMaxPeriods is "0": taken as 1'],
    },
    quirks: [
      {
        quirk: 'wholeAmps',
        value: 'true',
        id: 'H86',
        seen: 'refuses tenths',
        pack: 'Headroom',
        stations: 'every model',
      },
    ],
    concessions: [stationViewV1.ProfileConcession.ONE_PERIOD],
    profiles: {
      ...{ readAtMs: BigInt(START_MS), differs: true, overruled: [1] },
      findings: [
        {
          ...{ kind: dispatchV1.ProfileFindingKind.FOREIGN, evse: 1, profileId: 77n, stackLevel: 3 },
          ...{ purpose: 'TxProfile', allowsMore: true, endsAtMs: BigInt(START_MS + 60_000) },
        },
      ],
    },
    profilesReadNextMs: BigInt(START_MS + 600_000),
    limits: [
      {
        limit: {
          ...{ source: 'EMS', evse: 1 },
          schedules: [{ steps: [{ fromMs: BigInt(START_MS - 1), limit: 100n }], untilMs: BigInt(START_MS + 30_000) }],
        },
        validUntilMs: BigInt(START_MS + 90_000),
      },
    ],
    evses: [
      {
        ...{ evse: 1, maxCurrentDeciA: 320, fallbackDeciA: 60, proven: true, countsWithMaximum: true },
        disobedience: {
          sinceMs: BigInt(START_MS),
          step: dispatchV1.ObedienceStep.FORBID,
          steppedAtMs: BigInt(START_MS),
        },
        service: dispatchStateV1.EvseService.OUT,
      },
    ],
    ...change,
  });
  const value = stationViewV1.StationView.encode(view).finish();
  await rig.live.put({ family: 'station', id: ID, version: { epoch: 1n, offset: 1n }, value, ttlMs: 3_600_000 });
}
const read = async (id = ID) => (await rig.ask(`${SITE}/stations/${id}`)).json();

test('what its dispatcher has told of a station is read in plain words, with ids, ends and where more stands', async () => {
  await withSite();
  await told();
  rig.pass(3_000);
  expect(await read()).toMatchObject({
    ...{ stationId: ID, toldAt: new Date(START_MS).toISOString(), ageMs: 3_000, stale: false, connected: true },
    kind: {
      sentence: 'Headroom Virtual AC22 whole amps, firmware 1.0.0. It speaks OCPP 2.1.',
      ...{ vendor: 'Headroom', protocol: 'OCPP 2.1' },
    },
    abilitiesAskedAt: new Date(START_MS - 5_000).toISOString(),
    abilities: [
      { code: 'units' },
      { code: 'profiles', sentence: 'It keeps 4 charging profiles, up to stack level 8.' },
      { code: 'periods' },
      { code: 'phase-switching' },
      { code: 'max-offline' },
      { code: 'dynamic' },
      { code: 'odd-answer' },
    ],
    peculiarities: [
      { code: 'wholeAmps', id: 'H86', docs: 'docs/quirks.md#headroom', evseId: null, until: null },
      { code: 'one-period' },
    ],
    profilesAskedNextAt: new Date(START_MS + 600_000).toISOString(),
    found: [
      { code: 'foreign', evseId: `${ID}/1`, until: new Date(START_MS + 60_000).toISOString() },
      { code: 'others-limit', until: new Date(START_MS + 30_000).toISOString() },
    ],
    obedience: [{ code: 'ladder-forbid' }, { code: 'out-of-service' }],
  });
});

test('a station of which nothing was told says so, and one that is not there is not found', async () => {
  await withSite();
  expect(await read()).toMatchObject({ toldAt: null, connected: null, abilities: [], found: [] });
  expect((await rig.ask(`${SITE}/stations/NO-SUCH`)).status).toBe(404);
  expect((await rig.ask('/api/v1/sites/nowhere/stations/ST-1')).status).toBe(404);
});

test('what the dispatcher of another site told of it, what cannot be read, and an end that no date has, are none', async () => {
  await withSite();
  await told({ siteId: 'elsewhere' });
  expect(await read()).toMatchObject({ toldAt: null });
  const bytes = Uint8Array.of(255, 255, 255);
  await rig.live.put({ family: 'station', id: ID, version: { epoch: 2n, offset: 1n }, value: bytes, ttlMs: 9_000 });
  expect(await read()).toMatchObject({ toldAt: null });
  expect(rig.logged.filter(({ event }) => event === 'console.live-unreadable')).toHaveLength(1);
});

test('an end that no date has is no end', async () => {
  await withSite();
  const findings = [
    { kind: dispatchV1.ProfileFindingKind.FOREIGN, evse: 1, profileId: 77n, endsAtMs: 9_000_000_000_000_000n },
  ];
  await told({ profiles: dispatchStateV1.ProfilesRead.fromPartial({ readAtMs: 1n, findings }) });
  expect(await read()).toMatchObject({ found: [{ code: 'foreign', until: null }, {}] });
});

test('while the live state does not answer, that is said, and when to ask again', async () => {
  const live = createMemoryLiveState({ clock: manualTime(START_MS) });
  const away = new LiveStateError('LIVE_UNAVAILABLE', 'gone');
  const get: typeof live.get = (family, id) => (family === 'station' ? Promise.reject(away) : live.get(family, id));
  await withSite({ live: { ...live, get } });
  const answer = await rig.ask(`${SITE}/stations/${ID}`);
  expect(answer.status).toBe(503);
  expect(answer.json()).toMatchObject({ detail: expect.stringMatching(/out of reach.+Limits go on/) });
  expect(answer.headers['retry-after']).toBe('2');
});
