import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { GOLDENS, transcriptOf } from './golden.ts';

const FOLDER = join(import.meta.dirname, '../../golden');

test.each(GOLDENS)(
  'SI13, SI30: $name is told as it was, byte for byte (npm run sim:golden tells it anew)',
  async (golden) => {
    expect(await transcriptOf(golden)).toBe(readFileSync(join(FOLDER, `${golden.name}.txt`), 'utf8'));
  },
  120_000,
);

test('every transcript that is kept is told', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(GOLDENS.map(({ name }) => `${name}.txt`).toSorted());
});
