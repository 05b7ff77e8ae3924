import { expect, test } from '@jest/globals';
import { createStationOrderChecker } from './station-order.ts';
import { WireFrame } from './wire-profile.ts';

const sample = (messageId: string, value: string): WireFrame =>
  new WireFrame(JSON.stringify([2, messageId, 'MeterValues', { connectorId: 1, meterValue: [value] }]));
const answer = (messageId: string): WireFrame => new WireFrame(JSON.stringify([3, messageId, {}]));

function court() {
  const details: string[] = [];
  const checker = createStationOrderChecker(({ checker: name, detail }) => void details.push(`${name}: ${detail}`));
  const say = (messageId: string, value: string, gateway = 'gw-1#1'): void =>
    checker.sent(gateway, 'ST-1', sample(messageId, value));
  const take = (messageId: string, atMs = 9): void => checker.written(atMs, 'gw-1#1', 'ST-1', answer(messageId));
  const store = (value: string): void => checker.stored(9, 'ST-1', sample('x', value));
  return { checker, details, say, take, store };
}

test('order: what a station said after the answer to an earlier message does not stand before that one', () => {
  const { details, say, take, store } = court();
  say('1', 'a');
  take('1');
  say('2', 'b');
  take('2');
  store('b');
  store('a');
  expect(details).toEqual([
    'order: "MeterValues",{"connectorId":1,"meterValue":["b"]}] of ST-1 stands before what was answered earlier: "MeterValues",{"connectorId":1,"meterValue":["a"]}]',
  ]);
});

test('order: what nobody answered may come late; what is sent again, or stands twice, keeps its first place', () => {
  const { details, say, take, store } = court();
  say('1', 'a');
  say('2', 'b');
  take('2');
  store('b');
  store('a');
  say('3', 'a');
  take('3');
  say('4', 'c');
  store('c');
  store('a');
  store('b');
  expect(details).toEqual([]);
});

test('order, ADR 16: what one gateway answered before the database came back, another one may not know of; of what was answered later both know', () => {
  const { checker, details, say, take, store } = court();
  checker.databaseAway(0, 10_000);
  say('1', 'a');
  take('1', 15_000);
  say('2', 'b', 'gw-2#1');
  store('b');
  store('a');
  expect(details).toEqual([]);
  say('3', 'c');
  take('3', 15_001);
  say('4', 'd', 'gw-2#1');
  store('d');
  expect(details).toHaveLength(1);
});

test('order, ADR 16: a gateway knows what it answered itself, database or not', () => {
  const { checker, details, say, take, store } = court();
  checker.databaseAway(0, 10_000);
  say('1', 'a');
  take('1', 5_000);
  say('2', 'b');
  store('b');
  expect(details).toHaveLength(1);
});

test('order, ADR 16: its next incarnation does not know', () => {
  const { checker, details, say, take, store } = court();
  checker.databaseAway(0, 10_000);
  say('1', 'a');
  take('1', 5_000);
  say('2', 'b', 'gw-1#2');
  store('b');
  expect(details).toEqual([]);
});
