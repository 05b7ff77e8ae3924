import { type CircuitId, invariant } from '@headroom/kernel';
import type { CircuitModel, SiteModel } from './model.ts';

/** The circuit and all above it, root last. */
export function pathToRoot(site: SiteModel, from: CircuitId): readonly CircuitModel[] {
  const known = PATHS.get(site) ?? new Map<CircuitId, readonly CircuitModel[]>();
  PATHS.set(site, known);
  const path = known.get(from) ?? walkToRoot(site, from);
  known.set(from, path);
  return path;
}

/** Asked for at every decision and for every reading; a model is never changed, only replaced. */
const PATHS = new WeakMap<SiteModel, Map<CircuitId, readonly CircuitModel[]>>();

function walkToRoot(site: SiteModel, from: CircuitId): readonly CircuitModel[] {
  const path: CircuitModel[] = [];
  for (let id: CircuitId | undefined = from; id !== undefined; ) {
    const circuit: CircuitModel | undefined = site.circuits.get(id);
    invariant(circuit !== undefined, `circuit ${id} is not in the model of ${site.siteId}`);
    invariant(path.length <= site.circuits.size, `the circuits of ${site.siteId} form a loop`);
    path.push(circuit);
    id = circuit.parentCircuitId;
  }
  return path;
}
