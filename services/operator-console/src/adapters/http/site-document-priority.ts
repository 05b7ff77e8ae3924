import type { EvseSpec, SessionRulesSpec, SwitchingSpec } from '../../domain/site-document.ts';

/** Tier, weight, rules and switching budget of EVSEs, as they may stand at an EVSE, at its station, or at a circuit for all that hangs on it. */
export interface Priority {
  readonly tier?: number | undefined;
  readonly weight?: number | undefined;
  readonly sessionRules?: SessionRules | undefined;
  readonly switching?: { readonly [Times in keyof SwitchingSpec]?: number | undefined } | undefined;
}

type SessionRules = {
  readonly [Rule in Exclude<keyof SessionRulesSpec, 'stopAtTarget'>]?: number | undefined;
} & { readonly stopAtTarget?: boolean | undefined };

interface Circuit extends Priority {
  readonly name: string;
  readonly parent?: string | undefined;
}

/** What is said of them first counts, of each by itself; what needs no saying is left out. */
export function nearestPriority(
  said: readonly Priority[],
): Pick<EvseSpec, 'tier' | 'weight' | 'sessionRules' | 'switching'> {
  const tier = said.find((one) => one.tier !== undefined)?.tier ?? 1;
  const weight = said.find((one) => one.weight !== undefined)?.weight ?? 1;
  return {
    ...(tier === 1 ? {} : { tier }),
    ...(weight === 1 ? {} : { weight }),
    ...nearestRules(said.flatMap(({ sessionRules }) => sessionRules ?? [])),
    ...nearestSwitching(said.flatMap(({ switching }) => switching ?? [])),
  };
}

function nearestSwitching(said: readonly NonNullable<Priority['switching']>[]): Pick<EvseSpec, 'switching'> {
  const numbers = (['closingsAnHour', 'mostClosingsAnHour'] as const).flatMap((key) => {
    const value = said.find((one) => one[key] !== undefined)?.[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return numbers.length === 0 ? {} : { switching: Object.fromEntries(numbers) };
}

function nearestRules(said: readonly SessionRules[]): Pick<EvseSpec, 'sessionRules'> {
  const numbers = (['maximumKw', 'minimumKw', 'minimumSocPercent', 'stopAtSocPercent'] as const).flatMap((rule) => {
    const value = said.find((one) => one[rule] !== undefined)?.[rule];
    return value === undefined ? [] : [[rule, value] as const];
  });
  const stops = said.find((one) => one.stopAtTarget !== undefined)?.stopAtTarget === true;
  if (numbers.length === 0 && !stops) return {};
  return { sessionRules: { ...Object.fromEntries(numbers), ...(stops ? { stopAtTarget: true } : {}) } };
}

/** The circuits from this one up to the grid connection. Whether they are a tree is for others to judge. */
export function pathTo<C extends Circuit>(circuits: readonly C[], name: string): readonly C[] {
  const path: C[] = [];
  let next = circuits.find((circuit) => circuit.name === name);
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    const { parent } = next;
    next = circuits.find((circuit) => circuit.name === parent);
  }
  return path;
}
