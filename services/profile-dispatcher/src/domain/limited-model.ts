import type { ImposedLimitModel, SiteModel } from '@headroom/site-model';
import type { SiteState } from './site-state.ts';

/**
 * The site with the power limits to which the decision keeps, where they are lower than the document's: an increase waits until it fits
 * under them too. Why they are lower is not our business. The same limits and document give the same model again.
 */
export function limitedModel({ model, decision }: Pick<SiteState, 'model' | 'decision'>): SiteModel | undefined {
  const limits = decision?.limits;
  if (model === undefined || limits === undefined || limits.size === 0) return model;
  const imposed = [...limits].flatMap(([circuitId, powerLimitW]): readonly ImposedLimitModel[] => {
    const circuit = model.circuits.get(circuitId);
    const isLower = circuit !== undefined && powerLimitW < (circuit.powerLimitW ?? Infinity);
    return isLower ? [{ circuitId, powerLimitW, startMs: 0 }] : [];
  });
  if (imposed.length === 0) return model;
  const which = imposed.map(({ circuitId, powerLimitW }) => `${circuitId}\n${powerLimitW}`).join('\n');
  const known = LIMITED.get(model);
  if (known?.which === which) return known.limited;
  const limited = { ...model, imposed };
  LIMITED.set(model, { which, limited });
  return limited;
}

/** The newest of each document: what is known of a model is kept by the object, and decisions come once a second. */
const LIMITED = new WeakMap<SiteModel, { readonly which: string; readonly limited: SiteModel }>();
