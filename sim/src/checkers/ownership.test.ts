import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createOwnershipChecker } from './ownership.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

const SITE = siteFactsOf(demoSite().document);
const [first = ''] = SITE.evses.keys();
const [STATION = ''] = first.split('/');
const GATEWAY = 'ocpp-gateway-1';
/** Of a connection that nobody was told of. */
const LINE = 0;

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
  checker.written(6_001, LINE, { gateway: GATEWAY, stationId: STATION }, lease(16));
  checker.written(9_000, LINE, { gateway: GATEWAY, stationId: STATION }, lease(16, 'l1-160-3-7-43'));
  expect(details).toEqual([]);
  checker.written(6_002, LINE, { gateway: GATEWAY, stationId: STATION }, lease(16));
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
  checker.written(3_000, LINE, { gateway: GATEWAY, stationId: STATION }, lease(16));
  checker.written(3_000, LINE, { gateway: 'ocpp-gateway-2', stationId: STATION }, lease(fallbackA));
  checker.written(11_000, LINE, { gateway: 'ocpp-gateway-2', stationId: STATION }, lease(16));
  expect(details).toEqual([]);
  // One outage runs into the next.
  checker.databaseAway(10_000, 5_000);
  checker.written(14_999, LINE, { gateway: 'ocpp-gateway-2', stationId: STATION }, lease(16));
  expect(details).toEqual([
    `fencing: 16 A for ${STATION} was written on ocpp-gateway-2, which nobody can have told any epoch`,
  ]);
});

test('R4 fencing: a command that was planned before its connection stood in the log is found, also where it never does', () => {
  const { checker, details } = court();
  const by = { role: 'dispatcher', shard: 3, epoch: 7 } as const;
  const ends = { gateway: GATEWAY, stationId: STATION };
  const plan = (commandId: string, atMs: number): void => {
    const lease = { commandId, evseId: first, transactionId: 't', limitA: 16, atMs, untilMs: atMs + 60_000 };
    checker.stored(atMs, by, { kind: 'intended', ...lease });
  };
  const write = (atMs: number, line: number, commandId: string): void =>
    checker.written(atMs, line, ends, lease(16, commandId));
  checker.dialled(1, ends);
  checker.announced(1_000, ends);
  plan('l1-160-3-7-1', 1_000);
  write(1_010, 1, 'l1-160-3-7-1');
  plan('l1-160-3-7-2', 2_000);
  checker.dialled(2, ends);
  // The word of another station, and of the same one at another gateway, is not its own.
  checker.announced(2_001, { ...ends, stationId: 'other' });
  checker.announced(2_001, { ...ends, gateway: 'ocpp-gateway-2' });
  // What is written on the old line was meant for it.
  write(2_005, 1, 'l1-160-3-7-2');
  expect(details).toEqual([]);
  write(2_010, 2, 'l1-160-3-7-2');
  checker.announced(2_100, ends);
  write(2_110, 2, 'l1-160-3-7-2');
  plan('l1-160-3-7-3', 2_100);
  write(2_120, 2, 'l1-160-3-7-3');
  const what = `fencing: 16 A for ${STATION}, planned for an earlier connection, was written on ocpp-gateway-1 on one that`;
  expect(details).toEqual([`${what} nobody knows yet`, `${what} was known 100 ms later`]);
});

test('HO-9 fencing: an older epoch reaches nobody on a socket that its station has left, as long as its gateway knows no newer one', () => {
  const { checker, details } = court();
  const ends = (gateway: string) => ({ gateway, stationId: STATION });
  checker.dialled(1, ends('ocpp-gateway-1'));
  checker.dialled(2, ends('ocpp-gateway-2'));
  checker.written(1_000, 2, ends('ocpp-gateway-2'), lease(16, 'l1-160-3-8-1'));
  // To a connection that is half open: the station has moved to the other gateway.
  checker.written(2_000, 1, ends('ocpp-gateway-1'), lease(20, 'l1-200-3-7-1'));
  expect(details).toEqual([]);
  checker.dialled(3, ends('ocpp-gateway-1'));
  checker.written(3_000, 3, ends('ocpp-gateway-1'), lease(20, 'l1-200-3-7-2'));
  checker.written(4_000, 2, ends('ocpp-gateway-2'), lease(20, 'l1-200-3-7-3'));
  expect(details.map((detail) => detail.replace(/^.* (on|after) /, ''))).toEqual(['ocpp-gateway-2', 'ocpp-gateway-2']);
});

test('O3 fencing: nobody is stopped, or put out of service, by an owner of an epoch that is over, nor by nobody', () => {
  const { checker, details } = court();
  const write = (frame: WireFrame, line = LINE): void =>
    checker.written(0, line, { gateway: GATEWAY, stationId: STATION }, frame);
  const act = (action: string, messageId: string, payload: object = {}): WireFrame =>
    new WireFrame(JSON.stringify([2, messageId, action, payload]));
  const out = { connectorId: 1, type: 'Inoperative' };
  write(act('RequestStopTransaction', 'a1-3-7-41'));
  write(lease(16, 'l1-160-3-8-1'));
  write(act('RequestStopTransaction', 'a1-3-8-2'));
  // Of another shard; and what only asks.
  write(act('RemoteStopTransaction', 'a1-4-7-42'));
  write(act('GetCompositeSchedule', 'r1-3-7-43'));
  write(act('ChangeAvailability', 'a1-3-7-44', { ...out, type: 'Operative' }));
  expect(details).toEqual([]);
  write(act('RemoteStopTransaction', 'a1-3-7-42'));
  write(act('ChangeAvailability', 'a1-3-7-43', out));
  write(act('RequestStopTransaction', 'some-id'));
  const after = `of epoch 7 for ${STATION} after 16 A of epoch 8 on ${GATEWAY}`;
  expect(details).toEqual([
    `fencing: the end of a transaction ${after}`,
    `fencing: being out of service ${after}`,
    `fencing: the end of a transaction was written to ${STATION}, and nobody signed it`,
  ]);
});
