/** Tier and weight of EVSEs, as they may stand at an EVSE, at its station, or at a circuit for all that hangs on it. */
export interface Priority {
  readonly tier?: number | undefined;
  readonly weight?: number | undefined;
}

/** What is said of them first counts, of each by itself; 1, which needs no saying, is left out. */
export function nearestPriority(said: readonly Priority[]): { readonly tier?: number; readonly weight?: number } {
  const tier = said.find((one) => one.tier !== undefined)?.tier ?? 1;
  const weight = said.find((one) => one.weight !== undefined)?.weight ?? 1;
  return { ...(tier === 1 ? {} : { tier }), ...(weight === 1 ? {} : { weight }) };
}

interface Circuit extends Priority {
  readonly name: string;
  readonly parent?: string | undefined;
}

/** What the circuits from this one up to the grid connection say. Whether they are a tree is for others to judge. */
export function priorityOn(circuits: readonly Circuit[], name: string): Priority {
  const path: Circuit[] = [];
  let next = circuits.find((circuit) => circuit.name === name);
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    const { parent } = next;
    next = circuits.find((circuit) => circuit.name === parent);
  }
  return nearestPriority(path);
}
