import { amps } from './check-circuits.ts';
import { WHOLE_PERCENT } from './coefficient.ts';
import { fittingFallbacks, type LowerFallback } from './fitting-fallbacks.ts';
import { problem, type SiteProblem } from './input.ts';
import type { CircuitModel, SiteModel } from './model.ts';
import { rowsAtRest } from './lasting.ts';
import type { RowUse } from './row-use.ts';

/** So many rows that do not fit are told, the worst first. */
export const MAX_ROWS_TOLD = 20;
/** So many EVSEs are named in one remedy. */
export const MAX_EVSES_NAMED = 12;

/**
 * The commissioning check (7.4): with nobody alive, every station at its fallback and every other load at its worst,
 * does each row hold? A limit override is no part of it: it ends by itself, and may lie below the fallbacks.
 */
export function checkCommissioning(site: SiteModel): readonly SiteProblem[] {
  const rows = rowsAtRest(site);
  const sums = rows.filter((row) => excess(row) > 0).toSorted((a, b) => excess(b) - excess(a));
  // A conductor where two pairs meet has two sums (PH9): the larger one stands for it.
  const over = sums.filter((row, place) => sums.findIndex((other) => isOfOne(row, other)) === place);
  return over
    .slice(0, MAX_ROWS_TOLD)
    .map((row, place) => doesNotFit(site, row, place === 0 ? ` ${remedy(site, rows, over)}` : ''));
}

const isOfOne = (a: RowUse, b: RowUse): boolean => a.circuitId === b.circuitId && a.kind === b.kind;

const excess = ({ usedDeciA, limitDeciA }: RowUse): number => usedDeciA - limitDeciA;

function doesNotFit(site: SiteModel, row: RowUse, remedied: string): SiteProblem {
  const index = [...site.circuits.keys()].indexOf(row.circuitId);
  const circuit = site.circuits.get(row.circuitId);
  const name = circuit?.name === '' ? row.circuitId : (circuit?.name ?? row.circuitId);
  const where = row.kind === 'power' ? 'summed over the phases' : `on ${row.kind.toUpperCase()}`;
  const limit =
    row.kind === 'power'
      ? `${amps(row.limitDeciA)} (${(circuit?.powerLimitW ?? 0) / 1000} kW at ${site.nominalVoltageV} V)`
      : `${amps(row.limitDeciA)}${whenHot(circuit)}`;
  const sum = `${fallbacksOf(site, row, circuit)} + other load at worst ${amps(row.otherLoadDeciA)} = ${amps(row.usedDeciA)}`;
  return problem(
    'fallbacks-do-not-fit',
    `${name}, ${where}: ${sum}, ${amps(excess(row))} above the limit of ${limit}.${remedied}`,
    `/spec/circuits/${index}`,
  );
}

/** Nobody may be there to look when it gets hot. */
function whenHot(circuit: CircuitModel | undefined): string {
  const hottest = circuit?.derating?.steps.at(-1);
  return hottest === undefined ? '' : ` (${hottest.percent} % of its rating: it may get hot with nobody alive)`;
}

function fallbacksOf(site: SiteModel, row: RowUse, circuit: CircuitModel | undefined): string {
  const evses = [...row.loads.keys()].flatMap((evseId) => site.evses.get(evseId) ?? []);
  const count = evses.filter((evse) => evse.fallback > 0).length;
  const counted = `fallbacks of ${count} EVSEs ${amps(row.usedDeciA - row.otherLoadDeciA)}`;
  const percent = row.kind === 'power' ? undefined : circuit?.continuousPercent;
  if (percent === undefined || percent === WHOLE_PERCENT) return counted;
  return `${counted} (each counts 1/${percent / WHOLE_PERCENT}-fold: the continuous factor)`;
}

/** What would make the whole site fit, with the number of other rows that do not. */
function remedy(site: SiteModel, rows: readonly RowUse[], over: readonly RowUse[]): string {
  const others = over.length === 1 ? '' : `It is the worst of ${over.length} that do not fit. `;
  const lower = fittingFallbacks(site, rows);
  if (lower === undefined)
    return `${others}Even without any fallback it does not fit: the other load alone is too large.`;
  const parts = [...Map.groupBy(lower, ({ from, to }) => `${amps(to)} instead of ${amps(from)}`)].map(
    ([change, evses]) => `${change} for ${named(evses)}`,
  );
  const offline = lower.some(({ to }) => to === 0) ? ' Who falls back to 0 A does not charge while offline.' : '';
  return `${others}The site fits with a fallback of ${parts.join(', and of ')}.${offline}${smallerLoad(over)}`;
}

/** The other way out, where one row alone does not fit. */
function smallerLoad([row, ...others]: readonly RowUse[]): string {
  if (row === undefined || others.length > 0 || row.otherLoadDeciA < excess(row)) return '';
  return ` Or with a worst case of the other load there of ${amps(row.otherLoadDeciA - excess(row))}.`;
}

function named(evses: readonly LowerFallback[]): string {
  const names = evses.slice(0, MAX_EVSES_NAMED).map(({ evseId }) => evseId);
  const more = evses.length > names.length ? ` and ${evses.length - names.length} more` : '';
  return `${evses.length === 1 ? 'one EVSE' : `${evses.length} EVSEs`}: ${names.join(', ')}${more}`;
}
