import { expect, test } from '@jest/globals';
import { UNKNOWN_CAPABILITIES } from '@headroom/ocpp/capabilities';
import { circuitId, deciAmps, evseId, siteId, stationId, transactionId, ZERO_PHASES } from '@headroom/kernel';
import { observeClock, perhapsSet, UNKNOWN_CLOCK } from '../../domain/clock-skew.ts';
import { newControl } from '../../domain/evse-control.ts';
import { UNKNOWN_SET } from '../../domain/limit-set.ts';
import { type EvseModel, LADDER_STEPS } from '@headroom/site-model';
import type { SiteSnapshot } from '../../domain/site-snapshot.ts';
import { modelKey, newSite, type SiteState, UNSEEN_STATION } from '../../domain/site-state.ts';
import { snapshotFromWire } from './state-from-wire.ts';
import { snapshotToWire } from './state-to-wire.ts';

const STATION = stationId('ST-1');

type Known = Pick<SiteState, 'stations' | 'controls' | 'decision' | 'leaseEnds' | 'readings'> &
  Pick<SiteSnapshot, 'wired'>;

function handedOver(change: Partial<Known>) {
  const { siteId: id, decision, controls, readings, stations, leaseEnds } = newSite(siteId('site-1'));
  const of = { siteId: id, epoch: 1, seq: 1, takenAtMs: 1, positions: new Map<string, bigint>() };
  const rest = { ownOffset: undefined, openedEpoch: 1, optimizerEpoch: 1, told: [], wired: new Map() };
  const known = { decision, controls, readings, stations, leaseEnds, ...change };
  return snapshotFromWire(snapshotToWire({ ...of, ...rest, ...known }, 0));
}

test('SI28: the models whose leases were seen to end, or not to, cross to the heir', () => {
  const identity = { vendor: 'Acme', model: 'Box', firmware: '1.2' };
  const keeps = { ...identity, firmware: '1.3', isKept: true } as const;
  const leaseEnds = new Map([identity, keeps].map((each) => [modelKey(each), each]));
  expect(handedOver({ leaseEnds }).leaseEnds).toEqual(leaseEnds);
});

test('HO-15: how each EVSE is wired crosses to the heir, but for what bears on no limit; of one that nobody noted nothing is known', () => {
  const id = evseId(STATION, 2);
  const evse: EvseModel = {
    ...{ evseId: id, stationId: STATION, evse: 2, name: 'Bay 2', circuitId: circuitId('panel-a'), tier: 2 },
    ...{ phases: ['l2', 'l3'], maxCurrent: deciAmps(320), minCurrent: deciAmps(60), fallback: deciAmps(0) },
  };
  const controls = new Map([[id, newControl(id, STATION, 2)]]);
  const { tier: _, ...bears } = evse;
  for (const wiring of [undefined, 'line-to-line', 'split-phase'] as const) {
    const wired = new Map([[id, wiring === undefined ? evse : { ...evse, wiring }]]);
    const heard = { ...bears, name: '', ...(wiring === undefined ? {} : { wiring }) };
    expect([...handedOver({ controls, wired }).wired]).toEqual([[id, heard]]);
  }
  expect(handedOver({ controls }).wired.size).toBe(0);
});

test('LC2: what counts of a temperature crosses to the heir', () => {
  const reading = { meterId: 'duct', current: ZERO_PHASES, temperatureDeciC: -5, sampledAtMs: 1, receivedAtMs: 2 };
  const readings = new Map([['duct', reading]]);
  expect(handedOver({ readings }).readings).toEqual(readings);
});

test('HO-13: how far a clock was away before it was perhaps set crosses to the heir', () => {
  const clock = perhapsSet(observeClock(UNKNOWN_CLOCK, 1_025_000, 1_000_000));
  const stations = new Map([[STATION, { ...UNSEEN_STATION, clock }]]);
  expect(handedOver({ stations }).stations.get(STATION)?.clock).toEqual({ kind: 'unknown', recentMs: [25_000] });
});

test('SI26: how long the leases of the newest decision are crosses to the heir, and that it did not say so as well', () => {
  for (const length of [{ leaseS: 300 }, {}]) {
    const decision = { ...{ epoch: 2, seq: 9, validUntilMs: 60_000, targets: new Map() }, ...length };
    expect(handedOver({ decision }).decision).toEqual(decision);
  }
});

test('HO-13: by which clock each lease was told crosses to the heir, and that nobody noted it as well', () => {
  const id = evseId(STATION, 1);
  const aimed = { order: { epoch: 2, seq: 1 }, generation: 7, limit: deciAmps(60), transactionId: transactionId('t') };
  for (const told of [(skewMs: number) => ({ toldSkewMs: skewMs }), () => ({})]) {
    const set = {
      ...UNKNOWN_SET,
      attempts: [{ ...aimed, commandId: 'l', untilMs: 9_000, answerDueMs: undefined, ...told(-5) }],
      acknowledged: { ...aimed, untilMs: 8_000, answeredAtMs: 5, ...told(15_000) },
      unsettled: {
        limit: deciAmps(90),
        untilMs: 7_000,
        transactionId: transactionId('t'),
        provableFromMs: 6,
        ...told(0),
      },
    };
    const controls = new Map([[id, { ...newControl(id, STATION, 1), set }]]);
    expect(handedOver({ controls }).controls.get(id)?.set).toEqual(set);
  }
});

test('HO-2: the connection that each attempt was meant for crosses to the heir, and that nobody noted it as well', () => {
  const id = evseId(STATION, 1);
  const aimed = (seq: number, generation: number | undefined) => ({
    ...{ order: { epoch: 2, seq }, generation, limit: deciAmps(60) },
  });
  const of = { transactionId: transactionId('t'), untilMs: 9_000 };
  for (const generation of [7, undefined]) {
    const set = {
      ...UNKNOWN_SET,
      fallbacks: [{ commandId: 'f', ...aimed(1, generation), answerDueMs: undefined }],
      attempts: [{ commandId: 'l', ...aimed(2, generation), ...of, answerDueMs: undefined }],
      acknowledged: { ...aimed(3, generation), ...of, answeredAtMs: 5 },
    };
    const controls = new Map([[id, { ...newControl(id, STATION, 1), set }]]);
    expect(handedOver({ controls }).controls.get(id)?.set).toEqual(set);
  }
});

test('UD5: what is held against an EVSE crosses to the heir, whichever step it has come to', () => {
  const id = evseId(STATION, 1);
  for (const step of LADDER_STEPS) {
    const times = { sinceMs: 1_000, steppedAtMs: 2_000, obeysSinceMs: 3_000, leftAtMs: 4_000 };
    const disobedience = { step, ...times };
    const controls = new Map([
      [id, { ...newControl(id, STATION, 1), disobedience: { ...disobedience, isDue: true } as const }],
    ]);
    expect(handedOver({ controls }).controls.get(id)?.disobedience).toEqual(disobedience);
  }
});

test('H86: what its station has shown of 0 A crosses to the heir, and the step against it', () => {
  const id = evseId(STATION, 1);
  const [transaction, other] = [transactionId('t'), transactionId('u')];
  for (const refusal of [{ times: 1, transactionId: other }, { times: 3 }]) {
    const disobedience = { step: 'stop', sinceMs: 1_000, steppedAtMs: 2_000, refusesZero: true } as const;
    const control = { ...newControl(id, STATION, 1), transactionId: transaction, refusal, disobedience };
    expect(handedOver({ controls: new Map([[id, control]]) }).controls.get(id)).toEqual(control);
  }
  // On its way it may be lost with its owner.
  const told = { commandId: 'l1-60-0-1-1', sinceMs: 4_000, fullAtMs: undefined };
  const control = { ...newControl(id, STATION, 1), transactionId: transaction, pausing: { told, fullAtMs: 9_000 } };
  expect(handedOver({ controls: new Map([[id, control]]) }).controls.get(id)?.pausing).toEqual({
    ...{ owedSinceMs: 4_000, fullAtMs: 9_000 },
  });
});

test('what was found on a station, and what it answered oddly, crosses to the heir', () => {
  const found = {
    kind: 'foreign',
    evse: 1,
    profileId: 77,
    stackLevel: 3,
    purpose: 'TxProfile',
    allowsMore: true,
  } as const;
  const profiles = {
    ...{ readAtMs: 1_000, failures: 0, differs: true, overruled: [1] },
    findings: [found, { ...found, kind: 'missing', endsAtMs: 9_000 } as const],
  };
  const known = { capabilities: UNKNOWN_CAPABILITIES, readAtMs: 1_000, failures: 0, remarks: ['a is "0": taken as 1'] };
  const traits = { version: 'ocpp2.0.1', identity: undefined, known } as const;
  const station = { ...UNSEEN_STATION, traits, profiles };
  expect(handedOver({ stations: new Map([[STATION, station]]) }).stations.get(STATION)).toEqual(station);
});

test('SI15: what a station of 2.1 can do crosses to the heir', () => {
  const since21 = { maxOfflineDuration: true, dynamicProfiles: false };
  const known = { capabilities: { ...UNKNOWN_CAPABILITIES, since21 }, readAtMs: 1_000, failures: 0, remarks: [] };
  const traits = { version: 'ocpp2.1', identity: undefined, known } as const;
  const stations = new Map([[STATION, { ...UNSEEN_STATION, traits }]]);
  expect(handedOver({ stations }).stations.get(STATION)?.traits).toEqual(traits);
});

test('H79: that its station is paused, what is owed to it and how often it was told cross to the heir', () => {
  const id = evseId(STATION, 1);
  const transaction = transactionId('t');
  for (const pausing of [{ pausedIn: transaction, fullAtMs: 5_000 }, { owedSinceMs: 4_000 }, {}] as const) {
    const control = { ...newControl(id, STATION, 1), transactionId: transaction, pausing };
    expect(handedOver({ controls: new Map([[id, control]]) }).controls.get(id)).toEqual(control);
  }
});

test('HO-15: what an EVSE may be obeying from before its permanent limit crosses to the heir', () => {
  const id = evseId(STATION, 1);
  for (const earlier of [
    { limit: deciAmps(80), untilMs: 5_000 },
    { limit: undefined, untilMs: 905_000, isLease: true },
  ] as const) {
    const control = { ...newControl(id, STATION, 1), set: { ...UNKNOWN_SET, earlier } };
    expect(handedOver({ controls: new Map([[id, control]]) }).controls.get(id)).toEqual(control);
  }
});

test('MD18: what a car may be giving back, who refused to, and what the newest decision wants of it cross to the heir', () => {
  const id = evseId(STATION, 1);
  const [transaction, other] = [transactionId('t'), transactionId('u')];
  const aimed = (seq: number) => ({ order: { epoch: 2, seq }, generation: 7, limit: deciAmps(seq * 10) });
  const of = { transactionId: transaction, untilMs: 9_000 };
  const back = {
    ...{ ...UNKNOWN_SET, proven: true, ended: [other] },
    attempts: [{ commandId: 'l', ...aimed(2), ...of, answerDueMs: undefined }],
    acknowledged: { ...aimed(3), ...of, answeredAtMs: 5 },
    unsettled: { limit: deciAmps(160), untilMs: 8_000, transactionId: undefined, provableFromMs: 5_005 },
    sample: { draw: deciAmps(155), transactionId: transaction, offered: undefined, sampledAtMs: 6_000 },
  };
  const control = {
    ...newControl(id, STATION, 1),
    ...{ transactionId: transaction, back, backRefusedIn: other },
    set: { ...UNKNOWN_SET, ended: [other] },
    leaseBackoff: { failures: 1, notBeforeMs: 7_000, limit: deciAmps(60), discharge: deciAmps(100) },
  };
  const targets = new Map([[id, { limit: deciAmps(60), discharge: deciAmps(120), transactionId: transaction }]]);
  const decision = { epoch: 2, seq: 9, validUntilMs: 60_000, targets };
  const known = {
    capabilities: {
      ...UNKNOWN_CAPABILITIES,
      since21: { maxOfflineDuration: true, dynamicProfiles: false, setpointEvses: [1, 2] },
    },
    ...{ readAtMs: 1_000, failures: 0, remarks: [] },
  };
  const stations = new Map([
    [STATION, { ...UNSEEN_STATION, traits: { version: 'ocpp2.1', identity: undefined, known } as const }],
  ]);
  const heir = handedOver({ controls: new Map([[id, control]]), decision, stations });
  expect(heir.controls.get(id)).toEqual(control);
  expect(heir.decision).toEqual(decision);
  expect(heir.stations.get(STATION)?.traits.known).toEqual(known);
});
