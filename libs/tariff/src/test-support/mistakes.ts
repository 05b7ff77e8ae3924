import { parseTariff } from '../index.ts';
import { simpleDocument } from './documents.ts';

/** What is wrong with a document, as `code pointer`. */
export function wrong(document: unknown): readonly string[] {
  const parsed = parseTariff(document);
  return parsed.kind === 'ok' ? [] : parsed.error.map(({ code, pointer }) => `${code} ${pointer}`);
}

export const details = (document: unknown): readonly string[] => {
  const parsed = parseTariff(document);
  return parsed.kind === 'ok' ? [] : parsed.error.map(({ detail }) => detail);
};

/** The simple tariff with another first season. */
export const withSeason = (change: object, more: object = {}): unknown => {
  const [season] = simpleDocument('Europe/Paris').spec.seasons;
  return simpleDocument('Europe/Paris', { seasons: [{ ...season, ...change }], ...more });
};
export const withDays = (days: object): unknown => withSeason({ days });
export const withSpec = (more: object): unknown => simpleDocument('Europe/Paris', more);

export const WEEKDAY = '/spec/seasons/0/days/weekday';
export const NIGHT = { from: '22:00', to: '06:00', period: 'night' };
export const DAY = { from: '06:00', to: '22:00', period: 'day' };
