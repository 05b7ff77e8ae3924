import { expect, test } from '@jest/globals';
import { MAX_LIMITS, readWhatIf } from './arguments.ts';

const NOTHING = {
  ...{ tariff: undefined, carbon: undefined, json: undefined, html: undefined, markdown: undefined },
  ...{ plans: false, valuePerKwh: 0.3, tunedMonth: undefined },
};

test('a site document, limits in ascending order and each once, and where to write', () => {
  const args = ['--sessions', 's.csv', '--site', 'a.yaml', '--limits-kw', '40,20,40', '--html', 'p.html', '--growth'];
  expect(readWhatIf(args)).toEqual({
    kind: 'run',
    what: {
      ...NOTHING,
      ...{ sessions: 's.csv', site: { kind: 'document', file: 'a.yaml' }, limitsKw: [20, 40], html: 'p.html' },
      ...{ growth: true, days: 3_660, maxA: undefined },
    },
  });
});

test('what a kWh brings, the month that was tuned on, and plans', () => {
  const args = ['--sessions', 's.csv', '--site', 'a.yaml', '--tariff', 't.yaml', '--plans'];
  expect(readWhatIf([...args, '--value-per-kwh', '0.45', '--tuned-month', '2019-06'])).toMatchObject({
    what: { tariff: 't.yaml', plans: true, valuePerKwh: 0.45, tunedMonth: '2019-06', growth: false },
  });
});

test('the short form without a document still works', () => {
  expect(readWhatIf(['f.csv', '--limit-a', '60', '--phases', '3'])).toEqual({
    kind: 'run',
    what: {
      ...NOTHING,
      ...{ sessions: 'f.csv', site: { kind: 'plain', limitA: 60, voltageV: 230, phases: 3 } },
      ...{ limitsKw: [], maxA: 32, days: 3_660, growth: false },
    },
  });
});

test.each([
  ['no file', ['--limit-a', '60'], 'no file of sessions'],
  ['no limit', ['f.csv'], 'neither --site nor --limit-a: what may the site carry?'],
  ['two files', ['f.csv', 'g.csv', '--limit-a', '60'], 'one file is read, not "f.csv" and "g.csv"'],
  ['too low a limit', ['f.csv', '--limit-a', '3'], '--limit-a wants a number from 6 to 10000'],
  ['two phases', ['f.csv', '--limit-a', '60', '--phases', '2'], '--phases is 1 or 3'],
  ['an option that there is not', ['f.csv', '--power', '1'], 'there is no option --power'],
  ['an option without its file', ['f.csv', '--site', '--html'], '--site wants a file'],
  ['a document and amperes', ['f.csv', '--site', 'a', '--limit-a', '60'], '--limit-a goes without --site'],
  ['kilowatts without a document', ['f.csv', '--limit-a', '60', '--limits-kw', '9'], '--limits-kw goes with --site'],
  ['no month', ['f.csv', '--limit-a', '60', '--tuned-month', '2019-13'], '--tuned-month wants a month as 2019-06'],
  ['a month that is left out', ['f.csv', '--tuned-month'], '--tuned-month wants a month'],
  [
    'what a kWh brings without its currency',
    ['f.csv', '--limit-a', '60', '--value-per-kwh', '1'],
    '--value-per-kwh goes with --tariff',
  ],
  [
    'a limit that is no number',
    ['f.csv', '--site', 'a', '--limits-kw', '20,,30'],
    '--limits-kw wants numbers from 0.1 to 100000, with commas between them',
  ],
  [
    'one limit too many',
    ['f.csv', '--site', 'a', '--limits-kw', Array.from({ length: MAX_LIMITS + 1 }, (_, n) => n + 1).join()],
    `--limits-kw takes at most ${MAX_LIMITS} limits`,
  ],
])('%s is refused in words', (_, args, why) => {
  expect(readWhatIf(args)).toEqual({ kind: 'refused', why });
});
