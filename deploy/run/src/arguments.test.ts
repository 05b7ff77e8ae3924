import { expect, test } from '@jest/globals';
import { embeddedArguments, stackArguments } from './arguments.ts';

test('npm start without options shows the demo at x1 on port 8080', () => {
  expect(embeddedArguments([])).toEqual({
    kind: 'ok',
    value: { port: 8080, speed: 1, seed: 1, verbose: false, cars: { kind: 'generated' } },
  });
});

test('recorded sessions run at x30 behind 50 kW unless told otherwise', () => {
  const read = embeddedArguments(['--sessions', 'a.csv', '--day', '2019-06-12']);
  expect(read).toMatchObject({
    kind: 'ok',
    value: { speed: 30, cars: { csvPath: 'a.csv', limitKw: 50, day: '2019-06-12' } },
  });
});

test.each([
  [['--port', '70000'], '--port is "70000"'],
  [['--port', ''], '--port is ""'],
  [['--speed', '61'], '--speed is "61"'],
  [['--speed', 'NaN'], '--speed is "NaN"'],
  [['--day', '2019-06-12'], 'go with --sessions'],
  [['--sessions', 'a.csv', '--day', 'monday'], '--day is "monday"'],
  [['--sessions', 'a.csv', '--limit-kw=-5'], '--limit-kw is "-5"'],
  [['--prot', '1'], "'--prot'"],
])('%j is refused with a sentence', (argv, sentence) => {
  const read = embeddedArguments(argv);
  expect(read).toMatchObject({ kind: 'err', error: expect.stringContaining(sentence) });
});

test('the stack takes a number of stations, 0 among them', () => {
  expect(stackArguments(['--stations', '0', '--port', '9000'])).toEqual({
    kind: 'ok',
    value: { port: 9000, stations: 0, seed: 1, replicas: 1, brokers: 1 },
  });
  expect(stackArguments(['--stations', '5001'])).toMatchObject({
    kind: 'err',
    error: expect.stringContaining('--stations'),
  });
});

test.each([
  ['--replicas', '3', { replicas: 3 }],
  ['--brokers', '3', { brokers: 3 }],
])('the stack takes %s %s', (option, value, expected) => {
  expect(stackArguments([option, value])).toMatchObject({ kind: 'ok', value: expected });
});

test.each([
  ['--replicas', '4'],
  ['--replicas', '0'],
  ['--brokers', '2'],
])('the stack refuses %s %s with a sentence', (option, value) => {
  expect(stackArguments([option, value])).toMatchObject({ kind: 'err', error: expect.stringContaining(option) });
});
