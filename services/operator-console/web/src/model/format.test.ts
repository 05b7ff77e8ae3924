import { expect, test } from '@jest/globals';
import {
  age,
  amperes,
  clockOrDay,
  clockTime,
  clockTimeOn,
  clockTimeOrDate,
  decimal,
  duration,
  inSiteTime,
  kilowatts,
  unitsKept,
  words,
  zoneWords,
} from './format.ts';

const NOON_UTC = Date.UTC(2026, 5, 12, 12, 0, 0);
const HOUR_MS = 3_600_000;

test('LK21: kW has one decimal and its unit after a thin space that does not break', () => {
  expect(words(kilowatts(182.44))).toBe('182.4\u202fkW');
  expect(words(kilowatts(0))).toBe('0.0\u202fkW');
});

test('a number that is not known is a dash, never a zero', () => {
  expect(kilowatts(null).value).toBe('–');
  expect(decimal(Number.NaN, 1)).toBe('–');
});

test('thousands are parted, a rounded-away minus vanishes, a real one is a minus sign', () => {
  expect(decimal(1234.5, 1)).toBe('1\u202f234.5');
  expect(decimal(-0.04, 1)).toBe('0.0');
  expect(decimal(-3.9, 1)).toBe('−3.9');
});

test('LK21: amperes are whole, or have one decimal where there is one', () => {
  expect(amperes(16).value).toBe('16');
  expect(amperes(16.5).value).toBe('16.5');
  expect(amperes(null).value).toBe('–');
});

test('UX2: an age steps from seconds to minutes, hours and days at their borders', () => {
  expect(age(400, true)).toBe('0.4\u202fs');
  expect(age(59_999)).toBe('59\u202fs');
  expect(age(60_000)).toBe('1\u202fmin');
  expect(age(HOUR_MS)).toBe('1\u202fh');
  expect(age(24 * HOUR_MS)).toBe('1\u202fd');
  expect(age(-50)).toBe('0\u202fs');
  expect(age(null)).toBe('–');
});

test('a length of time is rounded up to minutes and leaves out what is zero', () => {
  expect(duration(1)).toBe('1\u202fmin');
  expect(duration(HOUR_MS)).toBe('1\u202fh');
  expect(duration(HOUR_MS + 12 * 60_000)).toBe('1\u202fh 12\u202fmin');
  expect(duration(27 * HOUR_MS)).toBe('1\u202fd 3\u202fh');
});

test('LK21: times are those of the site, whatever the zone of the reader, and the hover names the zone', () => {
  expect(clockTime(NOON_UTC, 'Europe/Paris')).toBe('14:00');
  expect(clockTime(NOON_UTC, 'Asia/Kolkata')).toBe('17:30');
  expect(zoneWords(NOON_UTC, 'Europe/Paris')).toContain('GMT+02:00');
  expect(zoneWords(NOON_UTC, 'Europe/Paris')).toContain('Europe/Paris');
});

test('an unknown zone falls back to UTC instead of breaking the page', () => {
  expect(clockTime(NOON_UTC, 'Mars/Olympus')).toBe('12:00');
});

test('a time further than tonight carries its day, and on a card the day alone', () => {
  expect(clockTimeOn(NOON_UTC + 5 * HOUR_MS, NOON_UTC, 'UTC')).toBe('17:00');
  expect(clockTimeOn(NOON_UTC + 30 * HOUR_MS, NOON_UTC, 'UTC')).toBe('Sat 18:00');
  expect(clockTimeOrDate(NOON_UTC + 30 * HOUR_MS, NOON_UTC, 'UTC')).toBe('Sat 18:00');
  expect(clockTimeOrDate(NOON_UTC + 8 * 24 * HOUR_MS, NOON_UTC, 'UTC')).toMatch(/^\d+ [A-Z][a-z]+ 20\d\d$/);
  expect(clockOrDay(NOON_UTC + 30 * HOUR_MS, NOON_UTC, 'UTC')).toBe('Sat');
});

test('a sentence of the server keeps number and unit together, and leaves other words alone', () => {
  expect(unitsKept('Panel A is full: 64 of 64 A, 4 bays, 6 Always')).toBe(
    'Panel A is full: 64 of 64\u202fA, 4 bays, 6 Always',
  );
  expect(unitsKept('11.5 kW for 10 min.')).toBe('11.5\u202fkW for 10\u202fmin.');
  expect(unitsKept('derated to 90 % at 41 C, up to -5.5 C')).toBe(
    'derated to 90\u202f% at 41\u202f°C, up to -5.5\u202f°C',
  );
  expect(unitsKept('Hall 2 C is full: at 2 Cars')).toBe('Hall 2 C is full: at 2 Cars');
});

test.each([
  ['until 13:30 UTC, shared', 'Europe/Paris', 'until 15:30, shared'],
  ['until 11:30 UTC; from 10:59 UTC', 'Asia/Kolkata', 'until 17:00; from 16:29'],
  ['until 23:45 UTC.', 'Europe/Paris', 'until 01:45.'],
  ['L1 at 13:30 and 25:99 UTC', 'Europe/Paris', 'L1 at 13:30 and 25:99 UTC'],
])('a time of day that a sentence tells in UTC is told in that of the site: %s', (sentence, zone, told) => {
  expect(inSiteTime(sentence, NOON_UTC, zone)).toBe(told);
});

test('a time of day of a sentence is that of the next such instant, so that the change of the clocks counts', () => {
  // On 25 October 2026 Paris goes back at 01:00 UTC.
  const before = Date.UTC(2026, 9, 24, 23, 30);
  expect(inSiteTime('until 00:30 UTC and 02:30 UTC', before, 'Europe/Paris')).toBe('until 02:30 and 03:30');
});
