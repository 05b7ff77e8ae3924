import { expect, test } from '@jest/globals';
import { err, ok } from '@headroom/kernel';
import { readTariffs, TARIFF_BYTES_MAX, TARIFFS_MAX, tariffOf } from './config-tariffs.ts';

const flat = (name: string): string => `
apiVersion: headroom/v1
kind: Tariff
metadata: { name: ${name} }
spec:
  currency: EUR
  timezone: Europe/Paris
  seasons:
    - name: all
      firstDay: "01-01"
      lastDay: "12-31"
      periods: [{ name: flat, perKwh: 0.2 }]
      days: { weekday: [{ from: "00:00", to: "24:00", period: flat }] }
`;
const files: Readonly<Record<string, string>> = {
  'a.yaml': flat('a'),
  'b.yaml': flat('b'),
  'bad.yaml': flat('bad').replace('Europe/Paris', 'Mars/Base'),
  'no.yaml': ': : :\n\t{',
  'large.yaml': flat('a') + '#'.repeat(TARIFF_BYTES_MAX),
};
const read = (path: string) => {
  const text = files[path];
  return text === undefined ? err('ENOENT') : ok(text);
};

test('no tariff is none', () => {
  expect(readTariffs(undefined, read)).toEqual(ok({ bySite: new Map() }));
});

test('one file is of all sites; a site of its own has another', () => {
  const tariffs = readTariffs('a.yaml, depot=b.yaml', read);
  if (tariffs.kind === 'err') throw new Error(tariffs.error.join());
  expect([tariffOf(tariffs.value, 'depot')?.name, tariffOf(tariffs.value, 'mall')?.name]).toEqual(['b', 'a']);
});

test.each([
  ['gone.yaml', /gone\.yaml: the file cannot be read \(ENOENT\)/],
  ['no.yaml', /no\.yaml: the file is neither YAML nor JSON/],
  ['bad.yaml', /bad\.yaml: \/spec\/timezone: .*Mars\/Base/],
  ['large.yaml', /large\.yaml: the file has more than 262144 bytes/],
  ['a.yaml,b.yaml', /two tariffs for all sites/],
  ['x=a.yaml,x=b.yaml', /two tariffs for x/],
  [Array.from({ length: TARIFFS_MAX + 1 }, (_, n) => `s${n}=a.yaml`).join(), /51 tariff files; at most 50/],
])('%.20s: the start is refused, with the place and what is wrong', (list, sentence) => {
  expect(readTariffs(list, read)).toMatchObject({ kind: 'err', error: [expect.stringMatching(sentence)] });
});
