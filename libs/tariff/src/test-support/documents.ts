import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseTariff, type Tariff } from '../index.ts';
import type { WrittenTariff } from './oracle.ts';

const EXAMPLE = new URL('../../../../examples/tariffs/workplace-tou.yaml', import.meta.url);

export const exampleDocument = (): WrittenTariff => parse(readFileSync(EXAMPLE, 'utf8')) as WrittenTariff;

/** The tariff of a document that must be right. */
export function accepted(document: unknown): Tariff {
  const parsed = parseTariff(document);
  if (parsed.kind === 'err') throw new Error(`refused: ${JSON.stringify(parsed.error)}`);
  return parsed.value;
}

/** Night and day, one season, everywhere. */
export const simpleDocument = (timezone: string, more: object = {}): WrittenTariff => ({
  apiVersion: 'headroom/v1',
  kind: 'Tariff',
  metadata: { name: 'simple' },
  spec: {
    currency: 'EUR',
    timezone,
    seasons: [
      {
        name: 'year',
        firstDay: '01-01',
        lastDay: '12-31',
        periods: [
          { name: 'day', perKwh: 0.3 },
          { name: 'night', perKwh: 0.1 },
        ],
        days: {
          weekday: [
            { from: '22:00', to: '06:00', period: 'night' },
            { from: '06:00', to: '22:00', period: 'day' },
          ],
        },
      },
    ],
    ...more,
  },
});
