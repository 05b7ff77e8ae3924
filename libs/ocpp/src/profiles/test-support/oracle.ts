import type { CompositeQuery } from '../composite.ts';
import type { InstalledProfile, Period, Purpose, Rate, Schedule } from '../profile.ts';

/**
 * What the texts say, second by second and without anything clever: no spans, no stacks, no sweep, and no line of the algebra. It
 * asks each profile what it says in this second, and counts turns one after the other. Limits only; even ones and per phase.
 */
export interface OracleAnswer {
  readonly limit?: number;
  readonly limitL2?: number;
  readonly limitL3?: number;
  readonly numberPhases?: number;
}

interface Says {
  readonly period: Period;
  readonly schedule: Schedule;
}

const DAY = 86_400_000;

export function oracleAt(query: CompositeQuery, atMs: number): OracleAnswer {
  const { profiles, evse, transaction } = query;
  const says = (one: InstalledProfile): Says | undefined => saysAt(one, query, atMs);
  const best = (some: readonly InstalledProfile[]): Says | undefined => {
    let found: { readonly level: number; readonly says: Says } | undefined;
    for (const one of some) {
      const said = says(one);
      if (said !== undefined && (found === undefined || one.profile.stackLevel >= found.level)) {
        found = { level: one.profile.stackLevel, says: said };
      }
    }
    return found?.says;
  };
  const on = (purpose: Purpose, place: number) =>
    profiles.filter((p) => p.profile.purpose === purpose && p.evse === place);
  const here = (purpose: Purpose) => [
    ...on(purpose, 0).filter((p) => !on(purpose, evse).some((q) => q.profile.stackLevel === p.profile.stackLevel)),
    ...on(purpose, evse),
  ];
  const mine = on('tx', evse).filter(
    (p) =>
      transaction !== undefined && (p.profile.transactionId ?? transaction.transactionId) === transaction.transactionId,
  );
  const session =
    (transaction?.priority === true ? best(here('priority')) : undefined) ?? best(mine) ?? best(here('tx-default'));
  const capping = [
    session,
    best(on('external-constraints', evse)),
    best(on('external-constraints', 0)),
    best(on('station-max', 0)),
  ];
  return told(query, { capping: capping.filter((one) => one !== undefined), made: best(here('local-generation')) });
}

function saysAt({ profile, installedAtMs }: InstalledProfile, query: CompositeQuery, atMs: number): Says | undefined {
  if (profile.validFromMs !== undefined && atMs < profile.validFromMs) return undefined;
  if (profile.validToMs !== undefined && atMs >= profile.validToMs) return undefined;
  if (query.offlineSinceMs !== undefined && profile.maxOfflineS !== undefined) {
    if (atMs - query.offlineSinceMs >= profile.maxOfflineS * 1_000) return undefined;
  }
  const schedule = profile.schedules[0];
  if (schedule === undefined) return undefined;
  let sinceMs: number | undefined;
  if (profile.kind === 'dynamic') sinceMs = Math.max(0, atMs - (profile.updatedAtMs ?? installedAtMs ?? atMs));
  else if (profile.kind === 'relative' || schedule.start === undefined) {
    sinceMs = Math.max(0, atMs - (query.transaction?.startedAtMs ?? query.fromMs));
  } else if (schedule.start.kind === 'instant') {
    sinceMs = atMs - schedule.start.atMs;
    if (profile.kind === 'recurring') while (sinceMs >= turn(profile.recurrence)) sinceMs -= turn(profile.recurrence);
  } else throw new Error('the oracle has no clock on the wall');
  if (sinceMs < 0) return undefined;
  if (schedule.durationS !== undefined && sinceMs >= schedule.durationS * 1_000) return undefined;
  let period: Period | undefined;
  for (const each of schedule.periods) if (each.startS * 1_000 <= sinceMs) period = each;
  return period === undefined ? undefined : { period, schedule };
}

const turn = (recurrence: string | undefined): number => (recurrence === 'weekly' ? 7 * DAY : DAY);

interface Told {
  readonly capping: readonly Says[];
  readonly made: Says | undefined;
}

function told(query: CompositeQuery, { capping, made }: Told): OracleAnswer {
  const { supply, unit, localLimit } = query;
  const everyone = made === undefined ? capping : [...capping, made];
  const may = ({ period }: Says): number =>
    supply.kind === 'dc' ? 1 : Math.min(period.numberPhases ?? 3, supply.phases);
  const phases = Math.min(3, ...everyone.map(may));
  const each = (limit: Rate | undefined): boolean => limit?.l2 !== undefined || limit?.l3 !== undefined;
  const split = everyone.some(({ period }) => each(period.limit));
  const wires = split ? [1, 2, 3] : [0];
  const amperes = (value: number, over: number): number => Math.floor((value * 10) / (supply.voltageV * over));
  const inUnit = (one: Says, wire: number): number | undefined => {
    const { limit } = one.period;
    if (limit?.all === undefined) return undefined;
    const own = each(limit);
    const value = wire === 2 ? (limit.l2 ?? limit.all) : wire === 3 ? (limit.l3 ?? limit.all) : limit.all;
    if (one.schedule.unit === unit) {
      if (unit === 'A' || own) return value;
      const over = wire === 0 ? phases : 1;
      return over === may(one) ? value : Math.floor((value * over) / may(one));
    }
    if (unit === 'A') return amperes(value, own ? 1 : may(one));
    return Math.floor((value * supply.voltageV * (wire === 0 ? phases : 1)) / 10);
  };
  const [l1, l2, l3] = wires.map((wire) => {
    const caps = capping.map((one) => inUnit(one, wire)).filter((value) => value !== undefined);
    const sum =
      caps.length === 0 ? undefined : Math.min(...caps) + (made === undefined ? 0 : (inUnit(made, wire) ?? 0));
    if (localLimit === undefined) return sum;
    const wiresUsed = split ? 1 : Math.min(phases, supply.kind === 'ac' ? supply.phases : 1);
    const bears =
      unit === 'W' && supply.kind === 'ac' ? Math.floor((localLimit * wiresUsed) / supply.phases) : localLimit;
    return sum === undefined ? bears : Math.min(sum, bears);
  });
  return {
    ...(l1 === undefined ? {} : { limit: l1 }),
    ...(l2 === undefined ? {} : { limitL2: l2 }),
    ...(l3 === undefined ? {} : { limitL3: l3 }),
    ...(supply.kind === 'dc' || everyone.length === 0 ? {} : { numberPhases: phases }),
  };
}
