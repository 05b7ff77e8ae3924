import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createOwnershipChecker } from './ownership.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

const SITE = siteFactsOf(demoSite().document);
const [first = ''] = SITE.evses.keys();
const [STATION = ''] = first.split('/');
const GATEWAY = 'ocpp-gateway-1';

function court() {
  const details: string[] = [];
  const checker = createOwnershipChecker(SITE, ({ checker: name, detail }) => void details.push(`${name}: ${detail}`));
  return { checker, details };
}

const lease = (limit: number, messageId = 'l1-160-3-7-42'): WireFrame => {
  const chargingSchedule = {
    startSchedule: '2026-01-12T09:00:00Z',
    chargingSchedulePeriod: [{ startPeriod: 0, limit }],
  };
  const profile = { chargingProfileId: 12, chargingProfilePurpose: 'TxProfile', chargingSchedule };
  return new WireFrame(
    JSON.stringify([2, messageId, 'SetChargingProfile', { connectorId: 1, csChargingProfiles: profile }]),
  );
};

test('O4 fencing: a command that is written more than 5 s after it was planned is found; of others nothing is said', () => {
  const { checker, details } = court();
  const by = { role: 'dispatcher', shard: 3, epoch: 7 } as const;
  const intent = {
    kind: 'intended',
    commandId: 'l1-160-3-7-42',
    evseId: first,
    transactionId: 't',
    limitA: 16,
  } as const;
  checker.stored(1_000, by, { ...intent, atMs: 1_000, untilMs: 61_000 });
  checker.written(6_001, GATEWAY, STATION, lease(16));
  checker.written(9_000, GATEWAY, STATION, lease(16, 'l1-160-3-7-43'));
  expect(details).toEqual([]);
  checker.written(6_002, GATEWAY, STATION, lease(16));
  expect(details).toEqual([`fencing: 16 A for ${STATION} was written on ocpp-gateway-1 5.0 s after it was planned`]);
});

test('OW-30 fencing: an owner that writes once its heir has had the shard for a while is found; roles and shards are apart', () => {
  const { checker, details } = court();
  const write = (atMs: number, role: 'optimizer' | 'dispatcher', shard: number, epoch: number): void =>
    checker.stored(atMs, { role, shard, epoch }, undefined);
  write(1_000, 'dispatcher', 3, 7);
  write(10_000, 'dispatcher', 3, 8);
  // On its way when the heir came, of another shard, of another role.
  write(13_500, 'dispatcher', 3, 7);
  write(20_000, 'dispatcher', 4, 7);
  write(20_000, 'optimizer', 3, 7);
  write(20_000, 'dispatcher', 3, 8);
  expect(details).toEqual([]);
  write(13_501, 'dispatcher', 3, 7);
  expect(details).toEqual(['fencing: the dispatcher of epoch 7 wrote for shard 3 3.5 s after that of epoch 8 had it']);
});

test('HO-4 fencing: a gateway that nobody can have told an epoch writes nothing above the fallbacks', () => {
  const { checker, details } = court();
  const fallbackA = SITE.evses.get(first)?.fallbackA ?? 0;
  checker.born(900, GATEWAY);
  checker.databaseAway(1_000, 10_000);
  checker.born(2_000, 'ocpp-gateway-2');
  // Told before the database went, nothing above the fallback, told again since.
  checker.written(3_000, GATEWAY, STATION, lease(16));
  checker.written(3_000, 'ocpp-gateway-2', STATION, lease(fallbackA));
  checker.written(11_000, 'ocpp-gateway-2', STATION, lease(16));
  expect(details).toEqual([]);
  // One outage runs into the next.
  checker.databaseAway(10_000, 5_000);
  checker.written(14_999, 'ocpp-gateway-2', STATION, lease(16));
  expect(details).toEqual([
    `fencing: 16 A for ${STATION} was written on ocpp-gateway-2, which nobody can have told any epoch`,
  ]);
});
