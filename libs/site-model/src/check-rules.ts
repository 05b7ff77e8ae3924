import { amps, isCurrent, isPower } from './check-circuits.ts';
import { type EvseInput, problem, type SessionRulesInput, type SiteModelInput, type SiteProblem } from './input.ts';
import { LOWEST_VOLTAGE_PERCENT } from './lowest-voltage.ts';
import { withPointers } from './with-pointers.ts';

/** Rules for whoever charges at an EVSE (C65), and what an accessible bay has before others (C61). They bear on no limit of a conductor. */
export const checkRules = ({ nominalVoltageV, evses }: SiteModelInput): readonly SiteProblem[] =>
  withPointers(evses).flatMap(({ evse, pointer }) => [
    ...checkRulesOf(evse, { nominalVoltageV, pointer }),
    ...checkShare(evse, pointer),
  ]);

function checkShare(evse: EvseInput, pointer: string): readonly SiteProblem[] {
  const { minimumShare, minCurrent, maxCurrent } = evse;
  if (minimumShare === undefined || isShare(evse)) return [];
  const range = `from ${amps(minCurrent)} to ${amps(maxCurrent)}`;
  const detail = `${evse.stationId}/${evse.evse}: an accessible bay has ${amps(minimumShare)} before others; that must be ${range}.`;
  return [problem('bad-session-rule', detail, `${pointer}/minimumShareA`)];
}

const isShare = ({ minimumShare = 0, minCurrent, maxCurrent }: EvseInput): boolean =>
  isCurrent(minimumShare) && minimumShare >= minCurrent && minimumShare <= maxCurrent;

interface At {
  readonly nominalVoltageV: number;
  readonly pointer: string;
}

function checkRulesOf(evse: EvseInput, { nominalVoltageV, pointer }: At): readonly SiteProblem[] {
  const { rules } = evse;
  if (rules === undefined) return [];
  const refuse = (rule: string, detail: string): readonly SiteProblem[] => [
    problem('bad-session-rule', `${evse.stationId}/${evse.evse}: ${detail}.`, `${pointer}/sessionRules/${rule}`),
  ];
  const { minimumW, maximumW, minimumSocPercent, stopAtSocPercent } = rules;
  const toCar = (deciA: number): number => (deciA / 10) * carWattsPerAmp(evse, nominalVoltageV);
  const problems: SiteProblem[] = [];
  if (maximumW !== undefined) {
    const least = Math.floor(toCar(evse.minCurrent));
    if (!isPower(maximumW) || maximumW < least)
      problems.push(
        ...refuse(
          'maximumKw',
          `a session has at most ${kw(maximumW)}, and a car may need ${kw(least)} to charge at all`,
        ),
      );
  }
  if (minimumW !== undefined) {
    const most = Math.min(maximumW ?? Infinity, Math.ceil(toCar(evse.maxCurrent)));
    if (!isPower(minimumW) || minimumW === 0 || minimumW > most)
      problems.push(...refuse('minimumKw', `a session has at least ${kw(minimumW)}, of at most ${kw(most)}`));
  }
  for (const [rule, percent] of [
    ['minimumSocPercent', minimumSocPercent],
    ['stopAtSocPercent', stopAtSocPercent],
  ] as const) {
    if (percent !== undefined && !(Number.isSafeInteger(percent) && percent >= 1 && percent <= 100))
      problems.push(...refuse(rule, `${percent} % of a battery; that must be a whole number from 1 to 100`));
  }
  if ((minimumSocPercent ?? 0) > (stopAtSocPercent ?? 100))
    problems.push(
      ...refuse(
        'minimumSocPercent',
        `a battery is to reach ${minimumSocPercent} %, and stops at ${stopAtSocPercent} %`,
      ),
    );
  return problems;
}

const kw = (watts: number): string => `${watts / 1_000} kW`;

/** What comes to a car that uses all wired phases for each ampere of its limit, at the nominal voltage. Of DC at its worst (MD12). */
function carWattsPerAmp({ phases, wiring, dc }: EvseInput, nominalVoltageV: number): number {
  const conductors = wiring === undefined ? phases.length : wiring === 'split-phase' ? 2 : Math.sqrt(3);
  const whole = nominalVoltageV * conductors;
  return dc === undefined
    ? whole
    : (whole * LOWEST_VOLTAGE_PERCENT * dc.powerFactorPercent * dc.efficiencyPercent) / 1_000_000;
}

/** The rules of an EVSE as they came from elsewhere; undefined: none, or such as this release cannot keep. */
export function knownRules(evse: EvseInput, nominalVoltageV: number): SessionRulesInput | undefined {
  return checkRulesOf(evse, { nominalVoltageV, pointer: '' }).length === 0 ? evse.rules : undefined;
}

/** The same of what an accessible bay has before others. */
export const knownShare = (evse: EvseInput): number | undefined => (isShare(evse) ? evse.minimumShare : undefined);
