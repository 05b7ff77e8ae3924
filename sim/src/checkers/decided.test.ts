import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createDecidedChecker } from './decided.ts';
import type { ControlFact } from './decisions.ts';
import { createLeases } from './leases.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

/** Every EVSE of it: fallback and minimum 6 A, at most 32 A; leases of 60 s. */
const SITE = siteFactsOf(demoSite().document);
const [EVSE = ''] = SITE.evses.keys();
const [STATION = ''] = EVSE.split('/');

/** The same with nothing while it is offline. */
const WITHOUT_FALLBACK = {
  ...SITE,
  evses: new Map([...SITE.evses].map(([evseId, evse]) => [evseId, { ...evse, fallbackA: 0 }])),
};

interface Told {
  readonly limitA: number;
  readonly commandId?: string;
  readonly transaction?: number;
  readonly durationS?: number;
}

/** In OCPP 1.6, where a transaction's id is a number. */
const lease = ({ limitA, commandId = 'l', transaction = 7, durationS = 60 }: Told): WireFrame =>
  profileFrame(commandId, {
    transactionId: transaction,
    chargingProfileId: 12,
    chargingProfilePurpose: 'TxProfile',
    chargingSchedule: {
      startSchedule: '2026-01-12T09:00:00.000Z',
      duration: durationS,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }],
    },
  });
const fallback = (limitA: number): WireFrame =>
  profileFrame('f', {
    chargingProfileId: 11,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }] },
  });
const profileFrame = (messageId: string, csChargingProfiles: object): WireFrame =>
  new WireFrame(JSON.stringify([2, messageId, 'SetChargingProfile', { connectorId: 1, csChargingProfiles }]));

const decision = (limitA: number, [epoch, seq]: readonly [number, number], transactionId = '7'): ControlFact => {
  return { kind: 'decided', shard: 3, epoch, seq, limits: [{ evseId: EVSE, transactionId, limitA }] };
};
const intent = (commandId: string, limitA: number, atMs: number): ControlFact => {
  return { kind: 'intended', commandId, evseId: EVSE, transactionId: '7', limitA, atMs, untilMs: atMs + 60_000 };
};
const resolved = (commandId: string, resolution: 'stands' | 'void'): ControlFact => {
  return { kind: 'resolved', evseId: EVSE, commandId, resolution };
};

const ladder = (isForbidden: boolean): ControlFact => {
  return { kind: 'ladder', evseId: EVSE, isForbidden, step: isForbidden ? 'forbid' : undefined };
};

function rig({ site = SITE }: { readonly site?: typeof SITE } = {}) {
  const details: string[] = [];
  const checker = createDecidedChecker(site, ({ detail }) => void details.push(detail.replace(STATION, 'ST')));
  return {
    details,
    checker,
    log: (nowMs: number, ...facts: readonly ControlFact[]) => facts.forEach((fact) => checker.stored(nowMs, fact)),
    tell: (nowMs: number, frame: WireFrame) => checker.received(nowMs, STATION, frame),
  };
}

test('decided: a limit that stood on the wire in that profile is decided, any other is not', () => {
  const { checker, details, log, tell } = rig();
  checker.look(0, STATION, { limitA: 32, source: 'hardware' });
  log(0, decision(10, [1, 1]));
  tell(0, lease({ limitA: 10 }));
  checker.look(1, STATION, { limitA: 10, source: 'tx', profileId: 12 });
  expect(details).toEqual([]);
  checker.look(2, STATION, { limitA: 11, source: 'tx', profileId: 12 });
  checker.look(3, STATION, { limitA: 32, source: 'hardware' });
  checker.look(4, 'ST-002', { limitA: 10, source: 'tx', profileId: 12 });
  expect(details).toHaveLength(3);
});

test('decided: a lease is what was decided, to the tenth of an ampere, and neither more nor less', () => {
  const { details, log, tell } = rig();
  log(0, decision(12.3, [1, 1]));
  tell(10, lease({ limitA: 12.3 }));
  expect(details).toEqual([]);
  tell(10, lease({ limitA: 12.8 }));
  tell(10, lease({ limitA: 11.8 }));
  expect(details).toEqual([
    'ST was told 12.8 A where 12.3 A was decided',
    'ST was told 11.8 A where 12.3 A was decided, and no room for a part of it above 6 A',
  ]);
});

test('decided: above the maximum of the EVSE the decision is its maximum', () => {
  const { details, log, tell } = rig();
  log(0, decision(40, [1, 1]));
  tell(10, lease({ limitA: 32 }));
  expect(details).toEqual([]);
  tell(10, lease({ limitA: 40 }));
  expect(details).toHaveLength(1);
});

test('SI8, H86 decided: a part of a raise is whole amperes above what the EVSE has, by the leases of the log', () => {
  const { details, log, tell } = rig();
  log(0, decision(12.3, [1, 1]), intent('a', 12.3, 1));
  tell(2, lease({ limitA: 12.3, commandId: 'a' }));
  log(3, resolved('a', 'stands'), decision(20.4, [1, 2]));
  const told = (commandId: string, limitA: number): number => {
    log(20_000, intent(commandId, limitA, 20_000));
    tell(20_001, lease({ limitA, commandId }));
    log(20_002, resolved(commandId, 'void'));
    return details.splice(0).length;
  };
  expect([told('b', 13), told('c', 20), told('d', 20.4)]).toEqual([0, 0, 0]);
  // A decrease to what nobody decided, the same again, and a part that a station would round by itself.
  expect([told('e', 11), told('f', 12), told('g', 19.9)]).toEqual([1, 1, 1]);
  log(20_003, intent('h', 19, 20_003));
  tell(20_004, lease({ limitA: 19, commandId: 'h' }));
  log(20_005, resolved('h', 'stands'));
  // What was accepted has overwritten what stood before.
  expect([told('i', 15), told('j', 20)]).toEqual([1, 0]);
});

test('H82 decided: watts are those that one phase bears at nine tenths of 230 V, of a decision or of a whole part of a raise', () => {
  const { details, log, tell } = rig();
  const watts = (limit: number, numberPhases = 1): WireFrame =>
    profileFrame('l', {
      transactionId: 7,
      ...{ chargingProfileId: 12, chargingProfilePurpose: 'TxProfile' },
      chargingSchedule: {
        ...{ startSchedule: '2026-01-12T09:00:00.000Z', duration: 60, chargingRateUnit: 'W' },
        chargingSchedulePeriod: [{ startPeriod: 0, limit, numberPhases }],
      },
    });
  log(0, decision(12.3, [1, 1]));
  const told = (frame: WireFrame): number => {
    tell(10, frame);
    return details.splice(0).length;
  };
  // 12.3 A x 207 V, and 8 A.
  expect([told(watts(2_546)), told(watts(1_656))]).toEqual([0, 0]);
  // At the nominal voltage, on three phases, and a part that is no whole ampere.
  expect([told(watts(2_829)), told(watts(7_638, 3)), told(watts(1_760))]).toEqual([1, 1, 1]);
});

test('decided: of each EVSE the newest 50 leases are remembered', () => {
  const leases = createLeases();
  for (let n = 0; n <= 50; n += 1) {
    const fact = {
      kind: 'intended',
      evseId: EVSE,
      transactionId: '7',
      limitA: 10,
      atMs: n,
      untilMs: n + 60_000,
    } as const;
    leases.intended({ ...fact, commandId: `l${n}` }, 6);
  }
  expect([leases.received(EVSE, 'l0'), leases.received(EVSE, 'l1')?.fact.atMs]).toEqual([undefined, 1]);
});

test('decided: a raise begins at the fallback again once the lease is over, or where none may ever have left', () => {
  const { details, log, tell } = rig();
  log(0, decision(20.4, [1, 1]), intent('a', 20.4, 1), intent('b', 15, 2));
  tell(3, lease({ limitA: 15, commandId: 'b' }));
  expect(details).toEqual([]);
  log(4, resolved('b', 'stands'), intent('c', 9, 60_001));
  tell(60_002, lease({ limitA: 9, commandId: 'c' }));
  expect(details).toHaveLength(1);
  log(60_003, resolved('c', 'void'), intent('d', 9, 60_002));
  tell(60_003, lease({ limitA: 9, commandId: 'd' }));
  expect(details).toHaveLength(1);
});

test('decided: a decision is acted upon for 8 s after the next one, and a command by when it was planned', () => {
  const { details, log, tell } = rig();
  log(0, decision(12, [1, 1]));
  log(1_000, decision(10, [1, 2]), intent('soon', 12, 9_000), intent('late', 12, 9_001));
  tell(13_000, lease({ limitA: 12, commandId: 'soon' }));
  expect(details).toEqual([]);
  tell(13_000, lease({ limitA: 12, commandId: 'late' }));
  // What was decided only later is no reason for what was planned before.
  log(14_000, intent('early', 16, 14_000), decision(16, [1, 3]));
  log(14_500, intent('before', 16, 13_998));
  tell(14_501, lease({ limitA: 16, commandId: 'before' }));
  expect(details.map((detail) => detail.split(' where')[0])).toEqual(['ST was told 12 A', 'ST was told 16 A']);
});

test('decided: time in which the log could not be read counts for nobody, and a decision for no longer than it is valid', () => {
  const { checker, details, log, tell } = rig();
  const told = (commandId: string, atMs: number): number => {
    log(atMs, intent(commandId, 12, atMs));
    tell(atMs + 1, lease({ limitA: 12, commandId }));
    return details.splice(0).length;
  };
  log(0, decision(12, [1, 1]));
  checker.logAway(100_000, 125_000);
  log(100_050, decision(10, [1, 2]));
  // It came to stand there when nobody could read it any more: all of the 8 s lie behind the outage.
  expect([told('during', 124_000), told('right after', 125_090), told('last', 132_999)]).toEqual([0, 0, 0]);
  expect([told('late', 133_000), told('later', 140_000)]).toEqual([1, 1]);
  log(200_000, decision(12, [1, 3]));
  checker.logAway(210_000, 225_000);
  checker.logAway(220_000, 265_000);
  checker.logAway(270_000, 275_000);
  log(209_000, decision(10, [1, 4]));
  // Readable were 1 s before, and 5 s between.
  expect([told('valid', 269_000), told('invalid', 269_001), told('by far', 276_000)]).toEqual([0, 1, 1]);
});

test('decided: an outage helps nobody who could read the newer decision before it', () => {
  const { checker, details, log, tell } = rig();
  log(0, decision(12, [1, 1]));
  log(1_000, decision(10, [1, 2]));
  checker.logAway(9_001, 20_000);
  log(20_001, intent('a', 12, 20_001));
  tell(20_002, lease({ limitA: 12, commandId: 'a' }));
  expect(details).toHaveLength(1);
});

test('O2 decided: decisions of lower epochs, late and again, decide nothing', () => {
  const { details, log, tell } = rig();
  const of = (limitA: number): number => {
    tell(1, lease({ limitA }));
    return details.splice(0).length;
  };
  log(0, decision(12, [2, 5]), decision(13, [2, 4]), decision(14, [1, 9]));
  log(0, { kind: 'opened', shard: 3, epoch: 3 }, decision(15, [2, 6]));
  expect([of(12), of(13), of(14), of(15)]).toEqual([0, 1, 1, 1]);
  log(0, decision(16, [3, 1]));
  expect([of(12), of(16)]).toEqual([0, 0]);
});

test('decided: another transaction, a longer lease, another fallback are what nobody decided', () => {
  const { details, log, tell } = rig();
  log(0, decision(12, [1, 1]), decision(10, [1, 2], ''));
  tell(1, fallback(SITE.evses.get(EVSE)?.fallbackA ?? 0));
  tell(1, lease({ limitA: 12 }));
  expect(details).toEqual([]);
  tell(1, lease({ limitA: 12, transaction: 8 }));
  tell(1, lease({ limitA: 12, durationS: SITE.leaseS + 1 }));
  tell(1, fallback(8));
  expect(details).toEqual([
    'ST was told 12 A for transaction 8, for which nothing was decided',
    `ST was told 12 A for ${SITE.leaseS + 1} s, where a lease is ${SITE.leaseS} s`,
    'ST was told 8 A for good, where the document says 6 A',
  ]);
});

test('S4 decided: a permanent limit has no end, neither after a while nor at an instant', () => {
  const { details, tell } = rig();
  const schedule = { chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] };
  const permanent = { chargingProfileId: 11, chargingProfilePurpose: 'TxDefaultProfile' };
  tell(0, fallback(6));
  expect(details).toEqual([]);
  tell(1_000, profileFrame('f', { ...permanent, chargingSchedule: { ...schedule, duration: 86_400 } }));
  tell(2_000, profileFrame('f', { ...permanent, validTo: '2036-01-12T09:00:00.000Z', chargingSchedule: schedule }));
  const ends = 'ST was told 6 A with an end, where it is to hold for good';
  expect(details).toEqual([ends, ends]);
});

test('SI23: an EVSE of a station that has forgotten its limits may be told nothing at all, for as long as that is held against it', () => {
  const { details, log, tell, checker } = rig();
  log(0, { kind: 'opened', shard: 3, epoch: 1 }, decision(16, [1, 1]));
  checker.forgot(STATION);
  log(1_000, ladder(true), intent('l1', 0, 1_000));
  tell(1_000, lease({ limitA: 0, commandId: 'l1' }));
  log(2_000, ladder(false));
  log(9_000, intent('l2', 0, 9_000));
  tell(9_000, lease({ limitA: 0, commandId: 'l2' }));
  expect(details).toEqual([]);
  log(10_001, intent('l3', 0, 10_001));
  tell(10_001, lease({ limitA: 0, commandId: 'l3' }));
  expect(details).toHaveLength(1);
});

test('SI23: one that has forgotten nothing is not forbidden', () => {
  const { details, log } = rig();
  log(0, ladder(true));
  expect(details).toEqual(['ST is forbidden, and had forgotten nothing']);
});

test('H86: in the place of 0 A a station that has refused it may be told its minimum, out of more; any other may not', () => {
  const told = (answer: 'Accepted' | 'Rejected', limitA: number): readonly string[] => {
    const { checker, details, log, tell } = rig();
    log(0, decision(10, [1, 1]), intent('a', 10, 0));
    tell(0, lease({ limitA: 10, commandId: 'a' }));
    log(20_000, resolved('a', 'stands'), decision(0, [1, 2]), intent('zero', 0, 21_000));
    tell(21_000, lease({ limitA: 0, commandId: 'zero' }));
    checker.sent(21_100, STATION, new WireFrame(JSON.stringify([3, 'zero', { status: answer }])));
    log(21_200, resolved('zero', 'void'), intent('b', limitA, 30_000));
    tell(30_000, lease({ limitA, commandId: 'b' }));
    return details;
  };
  expect(told('Rejected', 6)).toEqual([]);
  expect(told('Rejected', 7)).toEqual(['ST was told 7 A where 0 A was decided']);
  expect(told('Accepted', 6)).toEqual(['ST was told 6 A where 0 A was decided']);
});

test('H86: one that refuses 0 A and has nothing is not raised to its minimum, unless it counts with more, as one that may have lost what it was told', () => {
  const told = (countsA: number): readonly string[] => {
    const { checker, details, log, tell } = rig({ site: WITHOUT_FALLBACK });
    log(0, decision(0, [1, 1]), intent('zero', 0, 0));
    log(500, { kind: 'counted', evseId: EVSE, countsA });
    tell(1_000, lease({ limitA: 0, commandId: 'zero' }));
    checker.sent(1_100, STATION, new WireFrame(JSON.stringify([3, 'zero', { status: 'Rejected' }])));
    log(1_200, resolved('zero', 'void'), intent('b', 6, 2_000));
    tell(2_000, lease({ limitA: 6, commandId: 'b' }));
    return details;
  };
  expect(told(32)).toEqual([]);
  expect(told(0)).toEqual(['ST was told 6 A where 0 A was decided']);
});

test('H87: who says once more that it lets less flow may be told that in place of what is decided, until it says something else; nothing below it', () => {
  const told = (limitA: number, atMostA: number | undefined): readonly string[] => {
    const { checker, details, log, tell } = rig();
    log(0, decision(17, [1, 1]), intent('a', 17, 0));
    tell(0, lease({ limitA: 17, commandId: 'a' }));
    log(100, resolved('a', 'stands'));
    checker.bounded(1_000, { evseId: EVSE, atMostA: 9, isEndless: false });
    checker.bounded(30_000, { evseId: EVSE, atMostA, isEndless: false });
    log(50_000, intent('b', limitA, 50_000));
    tell(50_000, lease({ limitA, commandId: 'b' }));
    return details;
  };
  expect(told(9, 9)).toEqual([]);
  expect(told(8, 9)).toEqual(['ST was told 8 A where 17 A was decided, and no room for a part of it above 17 A']);
  expect(told(9, undefined)).toEqual([
    'ST was told 9 A where 17 A was decided, and no room for a part of it above 17 A',
  ]);
});

test('H89: who says that what it is offered goes on beyond its lease may be told less than is decided, from its permanent limit on, until it says something else', () => {
  const told = (limitA: number, isEndless: boolean): readonly string[] => {
    const { checker, details, log, tell } = rig();
    log(0, decision(17, [1, 1]), intent('a', 17, 0));
    tell(0, lease({ limitA: 17, commandId: 'a' }));
    log(100, resolved('a', 'stands'));
    checker.bounded(1_000, { evseId: EVSE, atMostA: undefined, isEndless: true });
    checker.bounded(30_000, { evseId: EVSE, atMostA: undefined, isEndless });
    log(50_000, intent('b', limitA, 50_000));
    tell(50_000, lease({ limitA, commandId: 'b' }));
    return details;
  };
  expect(told(11, true)).toEqual([]);
  expect(told(11, false)).toHaveLength(1);
  expect(told(5, true)).toHaveLength(1);
  expect(told(18, true)).toHaveLength(1);
});

test('H86: of one that is told watts the minimum is what its car can take at nine tenths of them, out of no less', () => {
  const watts = (limitW: number, commandId: string): WireFrame =>
    new WireFrame(lease({ limitA: limitW, commandId }).text.replace('"duration"', '"chargingRateUnit":"W","duration"'));
  const told = (hadA: number, limitW: number): readonly string[] => {
    const { checker, details, log, tell } = rig();
    log(0, decision(hadA, [1, 1]), intent('a', hadA, 0));
    tell(0, watts(Math.floor(hadA * 207), 'a'));
    log(20_000, resolved('a', 'stands'), decision(0, [1, 2]), intent('zero', 0, 21_000));
    tell(21_000, watts(0, 'zero'));
    checker.sent(21_100, STATION, new WireFrame(JSON.stringify([3, 'zero', { status: 'Rejected' }])));
    log(21_200, resolved('zero', 'void'), intent('b', limitW / 207, 30_000));
    tell(30_000, watts(limitW, 'b'));
    return details;
  };
  // 6 A are offered by 6.7 A of the lowest voltage: 1,386 W. 6 A of it are 1,242 W.
  expect([told(6.9, 1_386), told(6.9, 1_242)]).toEqual([[], []]);
  expect([told(6.9, 1_387), told(6.6, 1_386)].map(({ length }) => length)).toEqual([1, 1]);
});

test('SI8 decided: of a raise from nothing the permanent limit always has room, and what is less than that is no part', () => {
  const { details, log, tell } = rig();
  log(0, decision(0, [1, 1]), intent('a', 0, 1));
  tell(1, lease({ limitA: 0, commandId: 'a' }));
  log(10_000, decision(16.9, [1, 2]), intent('b', 6, 10_001));
  tell(10_001, lease({ limitA: 6, commandId: 'b' }));
  expect(details).toEqual([]);
  const lower = rig({
    site: { ...SITE, evses: new Map([...SITE.evses].map(([id, evse]) => [id, { ...evse, fallbackA: 8 }])) },
  });
  lower.log(0, decision(0, [1, 1]), intent('a', 0, 1));
  lower.tell(1, lease({ limitA: 0, commandId: 'a' }));
  lower.log(10_000, decision(16.9, [1, 2]), intent('b', 7, 10_001));
  lower.tell(10_001, lease({ limitA: 7, commandId: 'b' }));
  expect(lower.details).toHaveLength(1);
});

test('SI23: what was planned while an EVSE was forbidden may arrive when it is so no more, and nothing planned later (a line that is deaf)', () => {
  const { checker, details, log, tell } = rig();
  checker.forgot(STATION);
  log(0, decision(10, [1, 1]), ladder(true));
  log(1_000, intent('a', 0, 1_000));
  log(2_000, ladder(false));
  log(90_000, decision(10, [1, 2]), intent('b', 0, 90_000));
  tell(100_000, lease({ limitA: 0, commandId: 'a' }));
  expect(details).toEqual([]);
  tell(100_000, lease({ limitA: 0, commandId: 'b' }));
  expect(details).toHaveLength(1);
});

test('H79: a station that is declared to resume without its limit may be told its permanent limit where less is decided, no other may, and not while it is forbidden', () => {
  const told = (limitA: number, isNeverPaused: boolean, decidedA = 0, isForbidden = false): readonly string[] => {
    const details: string[] = [];
    const kinds = {
      ...{ takesWholeAmps: () => false, isNeverPaused: () => isNeverPaused },
      ...{ keepsLeases: () => false, isUnheardOf: () => false, obeysOldLeases: () => false, isUnruly: () => false },
    };
    const checker = createDecidedChecker(SITE, ({ detail }) => void details.push(detail), kinds);
    checker.stored(0, decision(decidedA, [1, 1]));
    if (isForbidden) {
      checker.forgot(STATION);
      checker.stored(0, ladder(true));
    }
    checker.stored(1_000, intent('a', limitA, 1_000));
    checker.received(1_000, STATION, lease({ limitA, commandId: 'a' }));
    return details;
  };
  expect(told(6, true)).toEqual([]);
  expect(told(0, true)).toEqual([]);
  expect(told(6, false)).toEqual([`${STATION} was told 6 A where 0 A was decided`]);
  expect(told(7, true)).toEqual([`${STATION} was told 7 A where 0 A was decided`]);
  expect(told(6, true, 0, true)).toEqual([`${STATION} was told 6 A where 0 A was decided`]);
  expect(told(6, true, 7)).toHaveLength(1);
});

test('SI28: a station whose leases do not end may be told less than was decided, from its permanent limit on; no other may', () => {
  const told = (limitA: number, isLasting: boolean): readonly string[] => {
    const details: string[] = [];
    const kinds = {
      ...{ takesWholeAmps: () => false, isNeverPaused: () => false },
      ...{ keepsLeases: () => isLasting, isUnheardOf: () => false, obeysOldLeases: () => false, isUnruly: () => false },
    };
    const checker = createDecidedChecker(SITE, ({ detail }) => void details.push(detail), kinds);
    checker.stored(0, decision(12, [1, 1]));
    checker.stored(1_000, intent('a', limitA, 1_000));
    checker.received(1_000, STATION, lease({ limitA, commandId: 'a' }));
    return details;
  };
  expect([told(6.3, true), told(6, true), told(12, true)]).toEqual([[], [], []]);
  expect([told(6.3, false), told(5.9, true), told(12.1, true)].map(({ length }) => length)).toEqual([1, 1, 1]);
});

test('SI28: a station of which nobody has told whether its leases end may be told one below its permanent limit, and no pause; no other may', () => {
  const { document } = demoSite();
  const stations = document.spec.stations.map((station) => ({
    ...station,
    evses: station.evses.map((evse) => ({ ...evse, fallbackA: 8 })),
  }));
  const above = siteFactsOf({ ...document, spec: { ...document.spec, stations } });
  const told = (limitA: number, durationS: number, { isUnheard = true, decidedA = 12 } = {}): number => {
    const details: string[] = [];
    const kinds = {
      ...{ takesWholeAmps: () => false, isNeverPaused: () => false },
      ...{ keepsLeases: () => false, isUnheardOf: () => isUnheard, obeysOldLeases: () => false, isUnruly: () => false },
    };
    const checker = createDecidedChecker(above, ({ detail }) => void details.push(detail), kinds);
    checker.stored(0, decision(decidedA, [1, 1]));
    checker.stored(1_000, intent('a', limitA, 1_000));
    checker.received(1_000, STATION, lease({ limitA, commandId: 'a', durationS }));
    return details.length;
  };
  expect([told(6, 46), told(7.9, 302), told(8.3, 60), told(12, 60)]).toEqual([0, 0, 0, 0]);
  // A pause, one that is too long, another station, one for which less is decided, and one above.
  expect([told(0, 46), told(5.9, 46), told(6, 303), told(8.3, 61)]).toEqual([1, 1, 1, 1]);
  expect([told(6, 46, { isUnheard: false }), told(6, 46, { decidedA: 7 }), told(12.1, 46)]).toEqual([1, 1, 1]);
});

test('H86: so where 0 A is what the ladder says, or what an energy manager leaves', () => {
  const told = (what: 'ladder' | 'manager' | 'neither', limitA: number): readonly string[] => {
    const { checker, details, log, tell } = rig();
    log(0, decision(10, [1, 1]), intent('a', 10, 0));
    tell(0, lease({ limitA: 10, commandId: 'a' }));
    checker.forgot(STATION);
    log(1_000, resolved('a', 'stands'), ...(what === 'ladder' ? [ladder(true)] : []));
    const notice = { chargingSchedule: [{ chargingSchedulePeriod: [{ startPeriod: 0, limit: 1.9 }] }] };
    if (what === 'manager')
      checker.sent(1_000, STATION, new WireFrame(JSON.stringify([2, 'n', 'NotifyChargingLimit', notice])));
    log(2_000, intent('zero', 0, 2_000));
    tell(2_000, lease({ limitA: 0, commandId: 'zero' }));
    checker.sent(2_100, STATION, new WireFrame(JSON.stringify([3, 'zero', { status: 'Rejected' }])));
    details.splice(0);
    log(2_200, resolved('zero', 'void'), intent('b', limitA, 3_000));
    tell(3_000, lease({ limitA, commandId: 'b' }));
    return details;
  };
  expect([told('ladder', 6), told('manager', 6)]).toEqual([[], []]);
  expect([told('ladder', 7), told('manager', 7), told('neither', 6)].map(({ length }) => length)).toEqual([1, 1, 1]);
});

test('K28: of a Dynamic lease the instant of its end is judged by what is left of it, and an update by its limit', () => {
  const told = new Map();
  const dynamic = (validTo: string): WireFrame =>
    new WireFrame(
      JSON.stringify([
        ...[2, 'l', 'SetChargingProfile'],
        {
          evseId: 1,
          chargingProfile: {
            ...{
              id: 12,
              transactionId: '7',
              chargingProfilePurpose: 'TxProfile',
              chargingProfileKind: 'Dynamic',
              validTo,
            },
            chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] }],
          },
        },
      ]),
      told,
    );
  const update = (limit: number): WireFrame => {
    const payload = { chargingProfileId: 12, scheduleUpdate: { limit } };
    return new WireFrame(JSON.stringify([2, 'u', 'UpdateDynamicSchedule', payload]), told);
  };
  const { details, log, tell } = rig();
  log(0, decision(10, [1, 1]));
  // Told by nobody yet: there is nothing to judge it by.
  expect(update(10).profile()).toBeUndefined();
  tell(0, dynamic(new Date(60_000).toISOString()));
  tell(0, update(10));
  expect(details).toEqual([]);
  tell(0, update(11));
  tell(0, dynamic(new Date(77_000).toISOString()));
  expect(details).toEqual([
    'ST was told 11 A where 10 A was decided',
    'ST was told 10 A for 61 s, where a lease is 60 s',
  ]);
});

test('H32 decided: a lease that names no start counts from that of its transaction, and is no longer than any other', () => {
  const relative = (durationS: number): WireFrame =>
    profileFrame('r', {
      transactionId: 7,
      chargingProfileId: 12,
      chargingProfilePurpose: 'TxProfile',
      chargingSchedule: { duration: durationS, chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
    });
  const { checker, details, log, tell } = rig();
  log(0, decision(10, [1, 1]));
  checker.began(1_000, STATION);
  tell(101_000, relative(100 + SITE.leaseS));
  expect(details).toEqual([]);
  tell(101_000, relative(101 + SITE.leaseS));
  // The next transaction begins anew.
  checker.began(102_000, STATION);
  tell(102_000, relative(100 + SITE.leaseS));
  expect(details).toEqual([
    `ST was told 10 A for ${SITE.leaseS + 1} s, where a lease is ${SITE.leaseS} s`,
    `ST was told 10 A for ${SITE.leaseS + 100} s, where a lease is ${SITE.leaseS} s`,
  ]);
});

test('MD18 decided: who is told to give back, or no more, may keep what it has until there is room for more; nobody else may', () => {
  const told = (backA?: number, before?: number): number => {
    const { details, log, tell } = rig();
    log(0, decision(12, [1, 1]));
    log(1_000, { ...intent('a', 12, 1_000), ...(before === undefined ? {} : { backA: before }) });
    tell(1_000, lease({ limitA: 12, commandId: 'a' }));
    log(2_000, resolved('a', 'stands'), decision(20, [1, 2]));
    log(12_000, { ...intent('b', 12, 12_000), ...(backA === undefined ? {} : { backA }) });
    tell(12_000, lease({ limitA: 12, commandId: 'b' }));
    return details.length;
  };
  expect([told(), told(10), told(undefined, 10)]).toEqual([1, 0, 0]);
});

test('H91 decided: who has less than its lease, by its own word, may be told that once more, while more is decided; nobody else may', () => {
  const told = (isLost: boolean): number => {
    const { checker, details, log, tell } = rig();
    log(0, decision(12, [1, 1]), intent('a', 12, 1_000));
    tell(1_000, lease({ limitA: 12, commandId: 'a' }));
    log(2_000, resolved('a', 'stands'), decision(20, [1, 2]));
    if (isLost) checker.lost(12_000, EVSE);
    log(12_000, intent('b', 12, 12_000));
    tell(12_000, lease({ limitA: 12, commandId: 'b' }));
    return details.length;
  };
  expect([told(false), told(true)]).toEqual([1, 0]);
});

test('HO-15: who was hung up with what it was told elsewhere has that permanent limit until it obeys one that it was told here', () => {
  const { checker, details, tell } = rig();
  const permanent = (limitA: number) => ({ limitA, source: 'tx-default', profileId: 11 });
  checker.brings(STATION);
  checker.look(0, STATION, permanent(8));
  checker.look(1, STATION, permanent(8));
  expect(details).toEqual([]);
  tell(2, fallback(6));
  checker.look(3, STATION, permanent(8));
  expect(details).toEqual([]);
  checker.look(4, STATION, permanent(6));
  checker.look(5, STATION, permanent(8));
  expect(details).toEqual(['ST obeys 8 A (tx-default), which nobody told it']);
  // A lease of another site is none.
  checker.brings(STATION);
  checker.look(6, STATION, { limitA: 20, source: 'tx', profileId: 12 });
  expect(details).toHaveLength(2);
});
