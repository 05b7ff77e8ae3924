import { beforeEach, expect, test } from '@jest/globals';
import { createBootsChecker } from './boots.ts';
import { WireFrame } from './wire-profile.ts';

const [GATEWAY, STATION] = ['gateway-1', 'ST-1'];
const frame = (...parts: readonly unknown[]): WireFrame => new WireFrame(JSON.stringify(parts));

let details: string[];
let checker: ReturnType<typeof createBootsChecker>;
beforeEach(() => {
  details = [];
  checker = createBootsChecker(({ checker: by, detail }) => void details.push(`${by}: ${detail}`));
});
const says = (messageId: string, action: string): WireFrame => {
  const call = frame(2, messageId, action, {});
  checker.sent(STATION, call);
  return call;
};
const answers = (atMs: number, messageId: string, status?: string): void =>
  checker.written(atMs, GATEWAY, STATION, frame(3, messageId, { ...(status && { status }) }));

test('SI5, H91 boots: one that is accepted is kept by then; one that is not accepted need not be', () => {
  checker.kept(STATION, says('1', 'BootNotification'));
  answers(0, '1', 'Accepted');
  says('2', 'BootNotification');
  answers(0, '2', 'Pending');
  expect(details).toEqual([]);
  says('3', 'BootNotification');
  answers(0, '3', 'Accepted');
  expect(details).toEqual(['acknowledged: BootNotification 3 of ST-1 is accepted, and is in no log']);
});

test('H67 boots: a station that counts its ids from 1 again has booted again, and that is to be kept too', () => {
  checker.kept(STATION, says('1', 'BootNotification'));
  answers(0, '1', 'Accepted');
  says('1', 'BootNotification');
  answers(0, '1', 'Accepted');
  expect(details).toHaveLength(1);
});

test('H59 boots: a gateway that nobody can have told of a station answers transactions alone, until it has asked or the station boots', () => {
  const heartbeat = (atMs: number): void => {
    says('h', 'Heartbeat');
    answers(atMs, 'h');
  };
  checker.born(0, GATEWAY);
  checker.databaseAway(1_000, 10_000);
  heartbeat(2_000);
  checker.born(3_000, GATEWAY);
  says('t', 'TransactionEvent');
  answers(3_500, 't');
  heartbeat(11_000);
  expect(details).toEqual([]);
  heartbeat(10_999);
  expect(details).toEqual([
    'acknowledged: Heartbeat of ST-1 is answered by gateway-1, which nobody can have told that it has booted',
  ]);
  checker.written(4_000, GATEWAY, STATION, frame(2, 'q', 'TriggerMessage', {}));
  heartbeat(5_000);
  expect(details).toHaveLength(1);
  checker.born(5_000, GATEWAY);
  checker.kept(STATION, says('b', 'BootNotification'));
  answers(6_000, 'b', 'Accepted');
  heartbeat(7_000);
  expect(details).toHaveLength(1);
});
