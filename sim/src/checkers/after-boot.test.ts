import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createAfterBootChecker } from './after-boot.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

/** Every EVSE of it: fallback 6 A, at most 32 A. */
const SITE = siteFactsOf(demoSite().document);
const [STATION, EVSE, OTHER] = ['ST-001', 'ST-001/1', 'ST-002/1'];
const frame = (...parts: readonly unknown[]): WireFrame => new WireFrame(JSON.stringify(parts));
const BOOT = frame(2, 'b', 'BootNotification', {});
const PERMANENT = { purpose: 'TxDefaultProfile', messageId: 'f1' };

function rig() {
  const details: string[] = [];
  const checker = createAfterBootChecker(SITE, ({ checker: name, detail }) => void details.push(`${name}: ${detail}`));
  const by = (epoch: number) => ({ role: 'dispatcher', shard: 3, epoch }) as const;
  const counts = (countsA: number, epoch = 7): void =>
    checker.stored(by(epoch), { kind: 'counted', evseId: EVSE, countsA });
  /** For whomever: whoever plans knows. */
  const plans = (atMs: number, epoch = 7): void =>
    checker.stored(by(epoch), {
      ...{ kind: 'intended', commandId: 'l', evseId: OTHER, transactionId: '7', limitA: 16 },
      ...{ atMs, untilMs: atMs + 60_000 },
    });
  return { details, checker, counts, plans };
}

const FOUND =
  'committed: ST-001/1 has booted without its limits 16 s ago, has taken none, and counts with 6.0 A, not with the 32 A of its hardware';

test('SI5 after boot: who has lost its limits counts with its hardware once an owner plans who can have heard of its boot', () => {
  const { details, checker, counts, plans } = rig();
  counts(6);
  checker.forgot(STATION, true);
  plans(100_000);
  checker.heard(100_000, STATION, BOOT);
  checker.heard(110_000, STATION, BOOT);
  plans(114_999);
  counts(32);
  plans(115_500);
  expect(details).toEqual([]);
  counts(6);
  plans(116_000);
  // Behind the commands of a pass it may still be told.
  expect(details).toEqual([]);
  plans(117_000);
  expect(details).toEqual([FOUND]);
});

test('SI5 after boot: until it has taken its permanent limit, and no other', () => {
  const { details, checker, counts, plans } = rig();
  counts(6);
  checker.forgot(STATION, true);
  checker.heard(0, STATION, BOOT);
  checker.told(STATION, { purpose: 'TxProfile', messageId: 'l1' });
  checker.sent(STATION, frame(3, 'l1', { status: 'Accepted' }));
  checker.told(STATION, PERMANENT);
  checker.sent(STATION, frame(3, 'f1', { status: 'Rejected' }));
  plans(16_000);
  plans(17_000);
  expect(details.splice(0)).toEqual([FOUND]);
  checker.forgot(STATION, true);
  checker.heard(0, STATION, BOOT);
  checker.told(STATION, PERMANENT);
  checker.sent(STATION, frame(3, 'f1', { status: 'Accepted' }));
  plans(100_000);
  plans(101_000);
  expect(details).toEqual([]);
});

test('SI5 after boot: nothing is said of who forgot without a word, of an owner whose time is over, of who is gone, nor of what nobody could read', () => {
  const { details, checker, counts, plans } = rig();
  counts(32, 8);
  counts(6, 7);
  checker.forgot(STATION, true);
  checker.heard(0, STATION, BOOT);
  plans(16_000, 8);
  counts(6, 8);
  plans(20_000, 7);
  checker.logAway(5_000, 20_000);
  plans(29_000, 8);
  checker.gone(STATION);
  plans(100_000, 8);
  checker.forgot(STATION, false);
  checker.heard(100_000, STATION, BOOT);
  plans(200_000, 8);
  plans(201_000, 8);
  expect(details).toEqual([]);
});
