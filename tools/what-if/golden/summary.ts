import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Solver } from '@headroom/linear-program/highs';
import { readTariffs } from '@headroom/operator-console';
import type { Tariff } from '@headroom/tariff';
import { compareOnSite, FEW_CANDIDATES, yardsticksOf } from '../run/compare-on-site.ts';
import type { Result } from '../run/result.ts';
import { replayDay } from '../run/replay-day.ts';
import { siteConfigOfText, siteWithLimit } from '../site/load-site.ts';
import type { Scenario } from './scenarios.ts';

export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
/** Beside this file, a text for each scenario. */
export const expectedPath = (name: string): string => join(ROOT, 'tools/what-if/golden/expected', `${name}.txt`);
const documentPath = (name: string): string => join(ROOT, 'examples/golden', `${name}.yaml`);
const TARIFF = join(ROOT, 'examples/tariffs/workplace-tou.yaml');

/**
 * What a golden site comes to, in lines that are read like code when they move. Whole units and tenths of a percent: smaller changes
 * are nobody's business.
 */
export function summaryOf(solver: Solver, scenario: Scenario): string {
  const config = siteConfigOfText(readFileSync(documentPath(scenario.name), 'utf8'));
  if (config.kind === 'err') throw new Error(config.error.join('\n'));
  const site = siteWithLimit(config.value);
  if (site.kind === 'err') throw new Error(site.error);
  const day = replayDay(site.value.model, scenario.stays(), { traces: scenario.traces ?? [] });
  const money = { tariff: tariff() };
  const { results, optimum, askedKwh, sessions } = compareOnSite(day, {
    ...{ candidates: FEW_CANDIDATES, money },
    yardsticks: yardsticksOf(solver, day, money),
  });
  const [none, ours] = results;
  if (none === undefined || ours === undefined) throw new Error('a scenario is played with and without control');
  const line = (what: string, with_: string, without: string): string =>
    `${what.padEnd(26)}${with_.padStart(12)}${without.padStart(18)}`;
  const percent = (share = 0): string => (share * 100).toFixed(1);
  const perKwh = ({ energyCost = 0, deliveredKwh }: Result): string => (energyCost / deliveredKwh).toFixed(3);
  return [
    `${site.value.model.name}: ${scenario.about}`,
    `${sessions} cars want ${askedKwh.toFixed(0)} kWh; at most ${optimum.deliveredKwh.toFixed(0)} kWh are possible. It shares by ${site.value.model.share ?? 'equal'}.`,
    '',
    line('', 'Headroom', 'without control'),
    line('peak of the site, kW', ours.peakKw.toFixed(0), none.peakKw.toFixed(0)),
    line('peak cut, %', ((1 - ours.peakKw / none.peakKw) * 100).toFixed(1), ''),
    line('delivered, kWh', ours.deliveredKwh.toFixed(0), none.deliveredKwh.toFixed(0)),
    line('of the optimum, %', (ours.ofOptimum * 100).toFixed(1), ''),
    line('ready by departure, %', (ours.satisfied * 100).toFixed(1), (none.satisfied * 100).toFixed(1)),
    ...(ours.byTier ?? []).flatMap(({ tier, sessions: cars, delivered, satisfied }, n) => [
      line(`tier ${tier}, ${cars} cars, ready, %`, percent(satisfied), percent(none.byTier?.[n]?.satisfied)),
      line(`tier ${tier}, delivered, %`, percent(delivered), percent(none.byTier?.[n]?.delivered)),
    ]),
    line('p5 session, %', (ours.fifthPercentile * 100).toFixed(1), (none.fifthPercentile * 100).toFixed(1)),
    line('starts per session', ours.startsPerSession.toFixed(1), none.startsPerSession.toFixed(1)),
    line(`energy per kWh, ${ours.currency ?? ''}`, perKwh(ours), perKwh(none)),
    line(`demand charge, ${ours.currency ?? ''}`, (ours.demandCost ?? 0).toFixed(0), (none.demandCost ?? 0).toFixed(0)),
    line('hours over a limit', (ours.overMin / 60).toFixed(1), (none.overMin / 60).toFixed(1)),
    '',
  ].join('\n');
}

function tariff(): Tariff {
  const read = readTariffs(TARIFF);
  if (read.kind === 'err' || read.value.others === undefined)
    throw new Error('the tariff of the golden sites cannot be read');
  return read.value.others;
}
