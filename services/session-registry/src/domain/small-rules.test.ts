import { expect, test } from '@jest/globals';
import { checkRequest, MAX_REQUEST_WH } from './charging-request.ts';
import { eventTime } from './event-time.ts';
import { registerWh, type SampledText } from './register.ts';
import { authorization, type Token } from './token.ts';

const NOW = 1_800_000_000_000;
const token = (patch: Partial<Token> = {}): Token => ({
  idTokenHash: 'aa',
  status: 'accepted',
  validUntilMs: undefined,
  label: '',
  ...patch,
});

test('a token may charge unless it is unknown, blocked or has run out', () => {
  expect(authorization(undefined, NOW)).toBe('invalid');
  expect(authorization(token(), NOW)).toBe('accepted');
  expect(authorization(token({ status: 'blocked' }), NOW)).toBe('blocked');
  expect(authorization(token({ validUntilMs: NOW + 1 }), NOW)).toBe('accepted');
  expect(authorization(token({ validUntilMs: NOW }), NOW)).toBe('expired');
});

test('H28 a clock that was never set, or none, says nothing: it happened when it arrived', () => {
  expect(eventTime({ stationTimeMs: 0, receivedAtMs: NOW, offline: true })).toBe(NOW);
  expect(eventTime({ stationTimeMs: undefined, receivedAtMs: NOW, offline: false })).toBe(NOW);
});

test('a fresh message happened when it arrived, whatever its clock says; a late one when its station says', () => {
  expect(eventTime({ stationTimeMs: NOW + 5_000_000, receivedAtMs: NOW, offline: false })).toBe(NOW);
  expect(eventTime({ stationTimeMs: NOW - 60_000, receivedAtMs: NOW, offline: false })).toBe(NOW);
  expect(eventTime({ stationTimeMs: NOW - 60_001, receivedAtMs: NOW, offline: false })).toBe(NOW - 60_001);
  expect(eventTime({ stationTimeMs: NOW - 10, receivedAtMs: NOW, offline: true })).toBe(NOW - 10);
  expect(eventTime({ stationTimeMs: NOW + 10, receivedAtMs: NOW, offline: true })).toBe(NOW);
});

const sampled = (value: string, patch: Partial<SampledText> = {}): SampledText => ({
  value,
  measurand: 'Energy.Active.Import.Register',
  phase: '',
  unit: 'Wh',
  multiplier: 0,
  location: 'Outlet',
  ...patch,
});

test('the register is read in whole Wh', () => {
  expect(registerWh(sampled('1234.6'))).toBe(1_235);
  expect(registerWh(sampled('2.5', { unit: 'kWh' }))).toBe(2_500);
  expect(registerWh(sampled('25', { multiplier: 2 }))).toBe(2_500);
  expect(registerWh(sampled('7', { measurand: '' }))).toBe(7);
});

test.each([
  ['text', sampled('abc')],
  ['nothing', sampled('')],
  ['NaN', sampled('NaN')],
  ['an exponent without bounds', sampled('1e400')],
  ['a negative register', sampled('-5')],
  ['more than any meter', sampled('1000000000001')],
  ['another measurand', sampled('5', { measurand: 'Power.Active.Import' })],
  ['one phase', sampled('5', { phase: 'L1' })],
  ['the inlet', sampled('5', { location: 'Inlet' })],
  ['a foreign unit', sampled('5', { unit: 'A' })],
  ['a wild multiplier', sampled('5', { multiplier: 99 })],
])('%s is no register', (_, text) => {
  expect(registerWh(text)).toBeUndefined();
});

test('a charging request is above 0, within any battery, with a departure ahead', () => {
  const ask = (energyWh: number, departureAtMs?: number) => checkRequest({ energyWh, departureAtMs }, NOW).length;
  expect(ask(1)).toBe(0);
  expect(ask(MAX_REQUEST_WH)).toBe(0);
  expect(ask(MAX_REQUEST_WH + 1)).toBe(1);
  expect(ask(0)).toBe(1);
  expect(ask(Number.NaN)).toBe(1);
  expect(ask(1, NOW)).toBe(1);
  expect(ask(1, NOW + 1)).toBe(0);
  expect(ask(1, NOW + 31 * 86_400_000)).toBe(1);
});

const OFFER = { atPlugInWh: 30_000, keepWh: 5_000, efficiencyPercent: 85, wearMicroPerKwh: 30_000 };

test.each([
  ['more than a battery holds', { atPlugInWh: MAX_REQUEST_WH + 1 }, ['/discharge/heldKwh']],
  ['less than nothing', { atPlugInWh: -1, keepWh: -1 }, ['/discharge/heldKwh', '/discharge/keepKwh']],
  ['an efficiency of less than a half', { efficiencyPercent: 49 }, ['/discharge/efficiency']],
  ['one of more than all', { efficiencyPercent: 101 }, ['/discharge/efficiency']],
  ['a wear below 0', { wearMicroPerKwh: -1 }, ['/discharge/wearPerKwh']],
  ['one beyond any currency', { wearMicroPerKwh: 1e9 + 1 }, ['/discharge/wearPerKwh']],
  ['no numbers', { keepWh: Number.NaN, wearMicroPerKwh: 0.5 }, ['/discharge/keepKwh', '/discharge/wearPerKwh']],
])('MD17: an offer of %s is refused at its place', (_, change, pointers) => {
  const request = { energyWh: 1, departureAtMs: NOW + 1, discharge: { ...OFFER, ...change } };
  const problems = checkRequest(request, NOW);
  expect(problems.map(({ pointer }) => pointer)).toEqual(pointers);
  expect(problems.every(({ code }) => code === 'bad-discharge')).toBe(true);
});

test('MD17: a car that gives back says when it leaves', () => {
  expect(checkRequest({ energyWh: 1, departureAtMs: NOW + 1, discharge: OFFER }, NOW)).toEqual([]);
  const without = checkRequest({ energyWh: 1, departureAtMs: undefined, discharge: OFFER }, NOW);
  expect(without).toMatchObject([{ code: 'bad-discharge', pointer: '/departureAt' }]);
});
