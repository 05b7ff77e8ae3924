import { expect, test } from '@jest/globals';
import {
  all,
  building,
  car,
  chargingState,
  committed,
  connected,
  DEPOT,
  disconnected,
  evseInput,
  gone,
  limited,
  measured,
  panelOf,
  proven,
  ready,
  reasonOf,
  Scene,
  siteOf,
  status,
  T0,
} from './given.fixture.ts';

/** One scene per code: what a driver reads. A changed sentence is a changed product: look at it. */
const said = new Map<string, string>();
const note = (scene: Scene, n: number, nowMs = T0): void => {
  const { code, sentence } = reasonOf(scene.decideAt(nowMs), n);
  said.set(said.has(code) ? `${code} (${said.size})` : code, sentence);
};

test('S-B each code says one sentence, power first, with its numbers', () => {
  note(new Scene(siteOf(DEPOT)).given(all(1, 24, ready), all(1, 24, car), building(300)), 24);
  note(new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car)), 3);
  note(new Scene(siteOf(panelOf(2, {}, 600))).given(all(1, 2, ready), all(1, 2, car)), 2);
  const oneSided = {
    ...panelOf(0),
    evses: ['ST-001', 'ST-002', 'ST-003'].map((id) => evseInput(id, 'panel-a', { phases: ['l2'] })),
  };
  note(new Scene(siteOf(oneSided)).given(all(1, 3, ready), all(1, 3, car)), 3);
  const limitOverride = { powerLimitW: 120_000, validUntilMs: T0 + 3_600_000, setBy: 'ann', reason: 'works' };
  note(new Scene(siteOf({ ...DEPOT, limitOverride })).given(all(1, 24, ready), all(1, 12, car), building(300)), 12);
  note(new Scene(siteOf(DEPOT)).given(all(1, 24, ready), all(1, 24, car)), 24);
  const bare = new Scene(siteOf(panelOf(4, { fallback: 0 }, 200))).given(
    all(1, 4, (n) => [connected(n), committed(n, 0), ...car(n)]),
  );
  note(bare, 4);
  const queue = { ...panelOf(4, { fallback: 0 }, 200), share: 'first-come' as const };
  note(new Scene(siteOf(queue)).given(all(1, 4, (n) => [connected(n), committed(n, 0), ...car(n)])), 3);
  const tiny = { ...limitOverride, powerLimitW: 20_000 };
  note(new Scene(siteOf({ ...DEPOT, limitOverride: tiny })).given(all(1, 24, ready), all(1, 6, car), building(300)), 6);
  const leaving = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  leaving.decideAt(T0);
  note(leaving.given(gone(3)), 1, T0 + 1_000);
  note(new Scene(siteOf(panelOf(1))).given(ready(1), car(1)), 1);
  const taper = new Scene(siteOf(panelOf(1))).given(ready(1), car(1), committed(1, 320, { commanded: 320 }));
  note(taper.given(Array.from({ length: 32 }, (_, s) => measured(1, 95, T0 + 60_000 + s * 1_000))), 1, T0 + 92_000);
  note(new Scene(siteOf(panelOf(1))).given(ready(1), car(1), chargingState(1, 'suspended-ev')), 1, T0 + 60_000);
  note(new Scene(siteOf(panelOf(1))).given(ready(1), disconnected(1)), 1);
  note(new Scene(siteOf(panelOf(1))).given(connected(1), car(1)), 1);
  const greedy = new Scene(siteOf(panelOf(1))).given(
    ready(1),
    car(1),
    committed(1, 100, { commanded: 100, atMs: T0 + 1 }),
  );
  note(greedy.given(measured(1, 200, T0 + 2)), 1, T0 + 3);
  const single = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  note(single.given(proven(1, { l1: 113, l2: 0, l3: 0 }, T0 + 30_000)), 1, T0 + 30_000);
  note(new Scene(siteOf(panelOf(1))).given(ready(1), car(1), limited(1, 80, T0)), 1);
  note(new Scene(siteOf(panelOf(1))).given(ready(1), status(1, 'preparing')), 1);
  note(new Scene(siteOf(panelOf(1))).given(ready(1)), 1);
  note(new Scene(siteOf(panelOf(1))).given(ready(1), car(1), status(1, 'faulted')), 1);
  expect(Object.fromEntries(said)).toMatchInlineSnapshot(`
{
  "AUTH_PENDING": "Plugged in, waiting for authorization.",
  "BELOW_MINIMUM_PAUSED": "Paused. Grid connection is over its limit (124 of 20 kW), its limit set by an operator until 09:00 UTC; 6 A more do not fit.",
  "CIRCUIT_LIMIT": "14.7 kW. Panel A is full (64 of 64 A on L1), shared equally with 2 cars.",
  "CIRCUIT_LIMIT (2)": "20.7 kW. Panel A is full (60 of 60 A on L1), shared equally with 1 car.",
  "EVSE_MAX": "22.1 kW. The most this station can give (32 A).",
  "EV_MAX": "8.3 kW. The car takes no more than about 12 A.",
  "EV_NOT_DRAWING": "4.1 kW. The car takes nothing now; 6 A stay ready for it.",
  "EXTERNAL_LIMIT": "5.5 kW. An energy management system allows its station no more than 8 A.",
  "MANUAL_LIMIT": "4.1 kW. Grid connection is over its limit (124 of 120 kW), its limit set by an operator until 09:00 UTC, shared equally with 11 cars.",
  "METER_STALE_FALLBACK": "4.1 kW. No fresh reading of Building, so its worst case counts: Grid connection is full (196 of 200 kW), shared equally with 23 cars.",
  "NONE": "No car is plugged in.",
  "NONE (20)": "The station reports a fault.",
  "PHASE_LIMIT": "4.9 kW. Panel A is full (64 of 64 A on L2), shared equally with 2 cars.",
  "PHASE_LIMIT (16)": "4.9 kW. Panel A is full (64 of 64 A on L1), shared equally with 2 cars.",
  "PROFILE_NOT_ENFORCED": "6 A until the station has shown that it keeps its limit; 32 A stay counted for it.",
  "PROFILE_NOT_ENFORCED (15)": "6.9 kW. The car draws more than its limit of 10 A: no more until it keeps to it.",
  "QUEUED": "Paused. Panel A is full (20 of 20 A on L1); 6 A more do not fit. Number 2 in the queue.",
  "RAMP_LIMIT": "14.8 kW. On the way to 20.0 kW, one step every 10 s.",
  "ROUND_ROBIN_TURN": "Paused. Panel A is full (20 of 20 A on L1); 6 A more do not fit. Cars take turns: that of ST-001 lasts until 08:30 UTC, its own is expected at 08:30 UTC.",
  "SITE_LIMIT": "7.3 kW. Grid connection is full (200 of 200 kW), shared equally with 23 cars.",
  "STATION_OFFLINE_FALLBACK": "The station is offline: it falls back to 6 A, and 6 A stay counted for it.",
}
`);
});
