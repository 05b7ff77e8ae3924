import { expect, test } from '@jest/globals';
import type { Firing } from './faults.ts';
import { createStruck } from './struck.ts';

const [ONE, TWO] = ['LD-00001', 'LD-00002'];
const NEVER = Number.NEGATIVE_INFINITY;

test('a fault that names a station strikes that one, one that names none whoever is commanded', () => {
  const firings: Firing[] = [];
  const struck = createStruck(() => firings, [ONE, TWO]);
  expect([struck.last(), struck.at(ONE), struck.at(TWO)]).toEqual([NEVER, NEVER, NEVER]);
  firings.push({ key: `lost-answer:${ONE}_8:7`, atMs: 1 });
  expect([struck.last(), struck.at(ONE), struck.at(TWO)]).toEqual([1, 1, NEVER]);
  firings.push({ key: 'dispatcher-crash:owner:9', atMs: 2 }, { key: `link-loss:half-open_${TWO}:5`, atMs: 3 });
  expect([struck.last(), struck.at(ONE), struck.at(TWO)]).toEqual([3, 2, 3]);
});

test('what only comes later, or is of the building, strikes no station', () => {
  const firings: Firing[] = [
    { key: 'slow-rpc:to_profile-dispatcher-2#1_/headroom.gateway.v1.GatewayService/SendBatch:59', atMs: 1 },
    { key: 'meter-loss:building:8', atMs: 2 },
  ];
  const struck = createStruck(() => firings, [ONE]);
  expect([struck.last(), struck.at(ONE)]).toEqual([2, NEVER]);
  firings.push({ key: 'log-trouble:away:3', atMs: 4 });
  expect(struck.at(ONE)).toBe(4);
});
