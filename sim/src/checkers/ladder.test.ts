import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import type { LadderStep } from './decisions.ts';
import { type Conduct, createLadderChecker } from './ladder.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

const SITE = siteFactsOf(demoSite().document);
const [EVSE = ''] = SITE.evses.keys();
const STATION = EVSE.slice(0, EVSE.lastIndexOf('/'));
const MAX_A = SITE.evses.get(EVSE)?.maxA ?? 0;
const LONG_AGO_MS = Number.NEGATIVE_INFINITY;

const OVER: Conduct = { toldA: 10, flowA: 16, isOnline: true, runs: true };
const OBEYS: Conduct = { ...OVER, flowA: 10 };
const GONE: Conduct = { ...OVER, flowA: 0, runs: false };

function rig() {
  const details: string[] = [];
  const checker = createLadderChecker(SITE, ({ checker: name, detail }) => {
    details.push(`${name} ${detail.replace(EVSE, 'EVSE')}`);
  });
  let second = 0;
  return {
    details,
    steps: checker.steps,
    /** So many seconds like this. */
    goOn(count: number, now: Conduct, struckAtMs = LONG_AGO_MS) {
      for (let i = 0; i < count; i += 1, second += 1) checker.look(second * 1_000, EVSE, now, struckAtMs);
    },
    /** @param told the frame that leaves with it */
    step(step: LadderStep | undefined, told?: string, countsA = MAX_A) {
      checker.stored(second * 1_000, { kind: 'ladder', evseId: EVSE, isForbidden: false, step });
      checker.stored(second * 1_000, { kind: 'counted', evseId: EVSE, countsA });
      if (told !== undefined) checker.received(second * 1_000, STATION, call(told));
    },
    receives: (action: string) => checker.received(second * 1_000, STATION, call(action)),
  };
}

const call = (action: string): WireFrame => {
  const periods = { chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] } };
  const payload = { type: 'Inoperative', connectorId: 1, csChargingProfiles: periods };
  return new WireFrame(JSON.stringify([2, 'm', action, action === 'GetCompositeSchedule' ? {} : payload]));
};

/** Each step in its time, told to its station. */
const CLIMB: readonly (readonly [LadderStep, string | undefined])[] = [
  ['resend', 'SetChargingProfile'],
  ['ask', 'GetCompositeSchedule'],
  ['forbid', 'SetChargingProfile'],
  ['stop', 'RemoteStopTransaction'],
  ['inoperative', 'ChangeAvailability'],
  ['alarm', undefined],
];

test('SI23 ladder: each step in its time, told to its station, and nothing more once it obeys: nothing to complain of', () => {
  const { details, goOn, step, steps } = rig();
  goOn(20, OVER);
  for (const [name, told] of CLIMB) {
    step(name, told);
    goOn(40, OVER);
  }
  step(undefined);
  goOn(200, OBEYS);
  expect(details).toEqual([]);
  expect(steps()).toEqual([...CLIMB.map(([name]) => [name, 1]), ['over', 1]]);
});

test.each(CLIMB.map(([name], index) => [name, index] as const))(
  'SI23 ladder: one that goes on, and is not at %s after the time of all steps before it, is told',
  (name, index) => {
    const { details, goOn, step } = rig();
    for (const [before, told] of CLIMB.slice(0, index)) {
      step(before, told);
      goOn(10, OVER);
    }
    goOn(400, OVER);
    expect(details).toContain(
      `ladder EVSE has been drawing more than it was told for so long, and the ladder is not at ${name}`,
    );
  },
);

test('SI23 ladder: what a meter may be off is no disobedience, nor is a draw up to the permanent limit', () => {
  const { details, goOn } = rig();
  goOn(600, { ...OVER, flowA: 11.1 });
  goOn(600, { ...OVER, toldA: 0, flowA: SITE.evses.get(EVSE)?.fallbackA ?? 0 });
  expect(details).toEqual([]);
});

test('UD5 ladder: one that was asked counts with all that its hardware bears, before long', () => {
  const { details, goOn, step } = rig();
  step('ask', 'GetCompositeSchedule', MAX_A - 1);
  goOn(10, OVER);
  expect(details).toEqual([]);
  goOn(3, OVER);
  expect(details).toEqual([
    `ladder EVSE disobeys (ask), and counts with ${MAX_A - 1} A, not with the ${MAX_A} A of its hardware`,
  ]);
});

test.each(CLIMB.slice(0, -1))('SI23 ladder: %s in the log alone helps nobody', (name, told = '') => {
  const { details, goOn, step, receives } = rig();
  step(name);
  receives('TriggerMessage');
  goOn(12, OVER);
  expect(details).toEqual([`ladder EVSE disobeys (${name}), and was not told so`]);
  const other = rig();
  other.step(name, told);
  other.goOn(12, OVER);
  expect(other.details).toEqual([]);
});

test('SI23 ladder: who obeys again, or is gone, is forgiven', () => {
  const [obeys, gone] = [rig(), rig()];
  for (const each of [obeys, gone]) each.step('resend', 'SetChargingProfile');
  obeys.goOn(110, OBEYS);
  gone.goOn(145, GONE);
  expect([...obeys.details, ...gone.details]).toEqual([]);
  obeys.goOn(20, OBEYS);
  gone.goOn(20, GONE);
  const detail = 'ladder EVSE obeys again or has nobody there, and resend is still held against it';
  expect([obeys.details, gone.details]).toEqual([[detail], [detail]]);
});

test('SI23 ladder: with the line away, or a fault that has just fired, nobody need know', () => {
  const { details, goOn, step } = rig();
  goOn(300, { ...OVER, isOnline: false });
  goOn(300, OVER, 600_000);
  step('stop', undefined, 0);
  goOn(60, { ...OVER, isOnline: false });
  expect(details).toEqual([]);
});
