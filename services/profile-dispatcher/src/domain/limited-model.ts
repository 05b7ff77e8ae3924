import type { EpochMs } from '@headroom/kernel';
import { deratedSite, type ImposedLimitModel, type SiteModel } from '@headroom/site-model';
import type { Decision, SiteState } from './site-state.ts';

/**
 * The site with what its circuits bear at the temperatures that were read, and with the power limits to which the decision keeps, where they are lower than the document's: an increase waits until it fits
 * under them too. Why they are lower is not our business. The same limits and document give the same model again.
 */
export function limitedModel(
  { model: document, decision, readings }: Pick<SiteState, 'model' | 'decision' | 'readings'>,
  nowMs: EpochMs,
): SiteModel | undefined {
  const model = document && deratedSite(document, readings, nowMs);
  // What was announced has begun, and nobody has said so: he may be dead.
  if (model !== undefined && nowMs >= (decision?.drop?.atMs ?? Infinity)) return droppedModel(model, decision ?? {});
  return model && imposedOn(model, decision?.limits, LIMITED);
}

/** The same once the drop has begun that is announced. */
export function droppedModel(model: SiteModel, { limits, drop }: Pick<Decision, 'limits' | 'drop'>): SiteModel {
  const lowest = new Map(limits);
  for (const [circuitId, limitW] of drop?.limits ?? [])
    if (limitW < (lowest.get(circuitId) ?? Infinity)) lowest.set(circuitId, limitW);
  return imposedOn(model, lowest, DROPPED);
}

function imposedOn(model: SiteModel, limits: Decision['limits'], known: Known): SiteModel {
  if (limits === undefined || limits.size === 0) return model;
  const imposed = [...limits].flatMap(([circuitId, powerLimitW]): readonly ImposedLimitModel[] => {
    const circuit = model.circuits.get(circuitId);
    const isLower = circuit !== undefined && powerLimitW < (circuit.powerLimitW ?? Infinity);
    return isLower ? [{ circuitId, powerLimitW, startMs: 0 }] : [];
  });
  if (imposed.length === 0) return model;
  const which = imposed.map(({ circuitId, powerLimitW }) => `${circuitId}\n${powerLimitW}`).join('\n');
  const last = known.get(model);
  if (last?.which === which) return last.limited;
  const limited = { ...model, imposed };
  known.set(model, { which, limited });
  return limited;
}

/** The newest of each document: what is known of a model is kept by the object, and decisions come once a second. */
type Known = WeakMap<SiteModel, { readonly which: string; readonly limited: SiteModel }>;
const LIMITED: Known = new WeakMap();
const DROPPED: Known = new WeakMap();
