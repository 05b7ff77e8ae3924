import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createDecidedChecker } from './decided.ts';
import type { Resolution } from './decisions.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

/** Every EVSE of it: fallback and minimum 6 A; leases of 60 s. */
const SITE = siteFactsOf(demoSite().document);
const [EVSE = ''] = SITE.evses.keys();
const [STATION = ''] = EVSE.split('/');

const call = (action: string, payload: object) => new WireFrame(JSON.stringify([2, 'm', action, payload]));
const status = (name: string, connectorId = 1) =>
  call('StatusNotification', { connectorId, errorCode: 'NoError', status: name });
const event = (chargingState: string, id = 1) =>
  call('TransactionEvent', { eventType: 'Updated', transactionInfo: { chargingState }, evse: { id, connectorId: 1 } });

/** One EVSE that has taken a lease of 10 A; more is decided, 12.4 A, and has not been sent. */
function rig(site = SITE) {
  const details: string[] = [];
  const checker = createDecidedChecker(site, ({ detail }) => void details.push(detail));
  let [seq, sent] = [0, 0];
  const decide = (nowMs: number, limitA: number): void => {
    seq += 1;
    const limits = [{ evseId: EVSE, transactionId: '7', limitA }];
    checker.stored(nowMs, { kind: 'decided', shard: 3, epoch: 1, seq, limits });
  };
  const decideNothing = (nowMs: number): void => {
    seq += 1;
    checker.stored(nowMs, { kind: 'decided', shard: 3, epoch: 1, seq, limits: [] });
  };
  /** Whether the judge minds that lease, which its station takes. */
  const tell = (
    nowMs: number,
    limitA: number,
    untilMs = nowMs + 60_000,
    resolution: Resolution | 'none' | 'late' = 'stands',
  ): boolean => {
    sent += 1;
    const of = { evseId: EVSE, commandId: `l${sent}` };
    checker.stored(nowMs, { kind: 'intended', ...of, transactionId: '7', limitA, atMs: nowMs, untilMs });
    const csChargingProfiles = {
      ...{ transactionId: 7, chargingProfileId: 12, chargingProfilePurpose: 'TxProfile' },
      chargingSchedule: {
        ...{ startSchedule: '2026-01-12T09:00:00.000Z', duration: (untilMs - nowMs) / 1_000 },
        chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }],
      },
    };
    const frame = JSON.stringify([2, of.commandId, 'SetChargingProfile', { connectorId: 1, csChargingProfiles }]);
    const answered = (each: Resolution) => checker.stored(nowMs, { kind: 'resolved', ...of, resolution: each });
    // Its owner waits no longer when it arrives, and hears of it then.
    if (resolution === 'late') answered('open');
    checker.received(nowMs, STATION, new WireFrame(frame));
    if (resolution !== 'none') answered(resolution === 'late' ? 'stands' : resolution);
    return details.splice(0).length > 0;
  };
  /** A lease that never arrives, and is not answered. */
  const lose = (nowMs: number, limitA: number): void => {
    sent += 1;
    const of = { evseId: EVSE, commandId: `l${sent}` };
    checker.stored(nowMs, {
      kind: 'intended',
      ...of,
      transactionId: '7',
      limitA,
      atMs: nowMs,
      untilMs: nowMs + 60_000,
    });
    checker.stored(nowMs, { kind: 'resolved', ...of, resolution: 'open' });
  };
  const say = (nowMs: number, ...frames: readonly WireFrame[]): void => {
    for (const frame of frames) checker.sent(nowMs, STATION, frame);
  };
  const again = (nowMs: number, ...frames: readonly WireFrame[]): void => {
    for (const frame of frames) checker.again(nowMs, STATION, frame);
  };
  decide(0, 10);
  tell(1, 10);
  decide(2, 12.4);
  return { checker, decide, decideNothing, tell, lose, say, again };
}

/** When nobody may act any more by the first decision. */
const LATER_MS = 10_000;

test.each([
  ['1.6', status],
  ['2.0.1', event],
])('H79 decided: by the wire of %s, who goes on after a pause may be told once more what it has, once', (_, says) => {
  const { tell, say } = rig();
  expect(tell(LATER_MS, 10)).toBe(true);
  say(LATER_MS, says('SuspendedEV'));
  expect(tell(LATER_MS, 10)).toBe(true);
  say(LATER_MS, says('Charging'));
  expect([tell(LATER_MS, 10), tell(LATER_MS, 10)]).toEqual([false, true]);
  // It said it already, and it is not the one that is told.
  say(LATER_MS, says('Charging'), says('SuspendedEV', 2), says('Charging', 2));
  expect(tell(LATER_MS, 10)).toBe(true);
});

test('H79, H92 decided: a station of 2.x that says Available within its transaction, and then that it charges, may be told again', () => {
  const { tell, say } = rig();
  const available = { connectorStatus: 'Available', evseId: 1, connectorId: 1 };
  say(LATER_MS, call('StatusNotification', available), event('Charging'));
  expect([tell(LATER_MS, 10), tell(LATER_MS, 10)]).toEqual([false, true]);
});

test('H79 decided: what it said of a pause stands in the log twice, so it may be told twice', () => {
  const { tell, say, again } = rig();
  const words = [event('SuspendedEVSE'), event('Charging')];
  say(LATER_MS, ...words);
  expect([tell(LATER_MS, 10), tell(LATER_MS, 10)]).toEqual([false, true]);
  again(LATER_MS, ...words);
  expect([tell(LATER_MS, 10), tell(LATER_MS, 10)]).toEqual([false, true]);
});

test('H79 decided: and nothing else than what it has, nor later than two minutes after', () => {
  const { tell, say } = rig();
  say(LATER_MS, status('SuspendedEV'), status('Charging'));
  expect([tell(LATER_MS, 9), tell(LATER_MS, 8)]).toEqual([true, true]);
  const other = rig();
  other.say(LATER_MS, status('SuspendedEV'), status('Charging'));
  expect(other.tell(LATER_MS, 12.5)).toBe(true);
  const late = rig();
  for (let nowMs = 20_000; nowMs <= 140_000; nowMs += 40_000) {
    late.decide(nowMs, 10);
    expect(late.tell(nowMs + 1, 10)).toBe(false);
    late.decide(nowMs + 2, 12.4);
  }
  late.say(19_000, status('SuspendedEV'), status('Charging'));
  expect(late.tell(150_000, 10)).toBe(true);
});

test('H79 decided: not more than is decided', () => {
  const { decide, tell, say } = rig();
  decide(LATER_MS, 8);
  say(2 * LATER_MS, status('SuspendedEV'), status('Charging'));
  expect([tell(2 * LATER_MS, 10), tell(2 * LATER_MS, 8)]).toEqual([true, false]);
});

test('H79 decided: where no decision is valid any more, for no longer than it has it', () => {
  // The decision that held it so long is over for a minute by then.
  const isMinded = (untilMs: number): boolean => {
    const { decideNothing, tell, say } = rig();
    decideNothing(3);
    say(55_000, status('SuspendedEV'), status('Charging'));
    return tell(59_000, 10, untilMs);
  };
  expect([isMinded(60_001), isMinded(60_002)]).toEqual([false, true]);
});

test('H79 decided: where none of its leases is known to have arrived what it has may be its permanent limit, and no more than is decided', () => {
  // No whole amperes, so no part of a raise.
  const evses = new Map([...SITE.evses].map(([evseId, evse]) => [evseId, { ...evse, fallbackA: 6.4 }]));
  const isMinded = (decidedA: number, arrives: boolean, goesOn = true): boolean => {
    const { decide, tell, lose, say } = rig({ ...SITE, evses });
    // The lease of 10 A is over by then.
    decide(69_000, 0);
    if (arrives) tell(70_000, 0, 130_000, 'open');
    else lose(70_000, 0);
    decide(70_001, decidedA);
    if (goesOn) say(79_000, status('SuspendedEV'), status('Charging'));
    return tell(79_500, 6.4);
  };
  expect(isMinded(12.4, false)).toBe(false);
  expect(isMinded(12.4, true)).toBe(true);
  expect(isMinded(12.4, false, false)).toBe(true);
  expect(isMinded(5, false)).toBe(true);
});

test('H79 decided: one that was refused, or not answered, is owed still; one of which nothing is known yet is not', () => {
  const again = (resolution: Resolution | 'none', isDialled = false): boolean => {
    const { checker, tell, say } = rig();
    say(LATER_MS, status('SuspendedEV'), status('Charging'));
    expect(tell(LATER_MS, 10, LATER_MS + 60_000, resolution)).toBe(false);
    if (isDialled) checker.dialled(LATER_MS + 1, STATION);
    return tell(LATER_MS + 2, 10);
  };
  expect([again('void'), again('open'), again('none', true)]).toEqual([false, false, false]);
  expect([again('stands'), again('none'), again('stands', true)]).toEqual([true, true, true]);
});

test('H79 decided: one that arrives when its owner has given it up, and has taken it for owed again, is followed by another', () => {
  const { tell, say } = rig();
  say(LATER_MS, status('SuspendedEV'), status('Charging'));
  expect(tell(LATER_MS, 10, LATER_MS + 60_000, 'late')).toBe(false);
  expect([tell(LATER_MS + 2, 10), tell(LATER_MS + 3, 10)]).toEqual([false, true]);
});

test('H79 decided: that is known of it however many were never written meanwhile', () => {
  const { checker, tell, say } = rig();
  say(LATER_MS, status('SuspendedEV'), status('Charging'));
  const resolved = (commandId: string, resolution: Resolution): void =>
    checker.stored(LATER_MS, { kind: 'resolved', evseId: EVSE, commandId, resolution });
  resolved('l2', 'open');
  for (const commandId of ['a', 'b', 'c', 'd', 'e']) resolved(commandId, 'void');
  expect([tell(LATER_MS, 10), tell(LATER_MS + 2, 10), tell(LATER_MS + 3, 10)]).toEqual([false, false, true]);
});

test('H79 decided: a lease that lets it go on is a reason by itself, from less than its car can take only', () => {
  const after = (hadA: number, hasA: number): boolean => {
    const { decide, tell } = rig();
    decide(LATER_MS, hadA);
    tell(LATER_MS, hadA);
    decide(LATER_MS + 1, hasA);
    tell(LATER_MS + 2, hasA);
    decide(LATER_MS + 3, 20);
    return tell(2 * LATER_MS + 4, hasA);
  };
  expect([after(0, 6), after(0, 5), after(8, 9)]).toEqual([false, true, true]);
});

/**
 * It has 10 A until the 70th second, and nobody knows whether 11 A arrived that it was told since. By its owner's word it takes another 15 A
 * then, or those 11 A. More is decided. Is it minded that it is told what it took once more, and again?
 */
function toldAgain({ atMs, fallbackA, late = false }: { atMs: number; fallbackA: number; late?: boolean }) {
  const evses = new Map([...SITE.evses].map(([evseId, evse]) => [evseId, { ...evse, fallbackA }]));
  const { checker, decide, tell } = rig({ ...SITE, evses });
  tell(LATER_MS, 10);
  // For the lease that has let it go on at first, if any has.
  tell(LATER_MS, 10);
  decide(40_000, 11);
  tell(40_001, 11, 100_001, 'open');
  const ofLast = { evseId: EVSE, commandId: 'l4' };
  if (late) {
    checker.sent(atMs, STATION, new WireFrame(JSON.stringify([3, ofLast.commandId, { status: 'Accepted' }])));
    checker.stored(atMs + 10, { kind: 'resolved', ...ofLast, resolution: 'stands' });
  } else {
    decide(atMs, 15);
    tell(atMs, 15);
  }
  decide(atMs + 1, 20);
  const limitA = late ? 11 : 15;
  return [tell(atMs + LATER_MS, limitA), tell(atMs + LATER_MS + 1, limitA)];
}

test('H79 decided: whose lease was over when its owner heard that it took another may have been at its permanent limit, and is told once more', () => {
  for (const late of [false, true]) {
    expect(toldAgain({ atMs: 71_000, fallbackA: 0, late })).toEqual([false, true]);
    // Not over yet; and no pause where a car charges with its permanent limit.
    expect(toldAgain({ atMs: 69_000, fallbackA: 0, late })).toEqual([true, true]);
    expect(toldAgain({ atMs: 71_000, fallbackA: 6, late })).toEqual([true, true]);
  }
});
