import type { LiveSite } from './live-site.ts';

/** One layer of the stacked area, bottom to top. The building is the first and has no circuit. */
export interface Layer {
  readonly key: string;
  readonly label: string;
  readonly circuitId: string | null;
  readonly circuitIndex: number;
  readonly evseIds: readonly string[];
}

export const BUILDING_KEY = 'building';
/** Above this many EVSEs a band is thinner than a pixel: the layers are then circuits (LK22). */
export const MAX_EVSE_LAYERS = 60;

export function layersOf(site: Pick<LiveSite, 'circuits' | 'evses'>): readonly Layer[] {
  const groups = evsesByCircuit(site);
  const building: Layer = { key: BUILDING_KEY, label: 'Building', circuitId: null, circuitIndex: -1, evseIds: [] };
  if (site.evses.length > MAX_EVSE_LAYERS) {
    return [building, ...groups.map((group) => ({ ...group, key: `circuit ${group.circuitId}` }))];
  }
  const nameOf = new Map(site.evses.map((evse) => [evse.evseId, evse.name]));
  const cars = groups.flatMap((group) =>
    group.evseIds.map((evseId) => ({
      ...group,
      key: evseId,
      label: nameOf.get(evseId) ?? evseId,
      evseIds: [evseId],
    })),
  );
  return [building, ...cars];
}

export interface CircuitGroup {
  readonly label: string;
  readonly circuitId: string;
  readonly circuitIndex: number;
  readonly evseIds: readonly string[];
}

/** EVSEs by the circuit they hang on, in the order of the circuits; an EVSE of an unknown circuit still has its place, at the end. */
export function evsesByCircuit(site: Pick<LiveSite, 'circuits' | 'evses'>): readonly CircuitGroup[] {
  const nameOf = new Map(site.circuits.map((circuit) => [circuit.circuitId, circuit.name]));
  const ids = new Map<string, string[]>(site.circuits.map((circuit) => [circuit.circuitId, []]));
  for (const evse of site.evses) {
    const list = ids.get(evse.circuitId) ?? [];
    list.push(evse.evseId);
    ids.set(evse.circuitId, list);
  }
  return [...ids]
    .filter(([, evseIds]) => evseIds.length > 0)
    .map(([circuitId, evseIds], circuitIndex) => ({
      circuitId,
      label: nameOf.get(circuitId) ?? 'Other',
      circuitIndex,
      evseIds,
    }));
}

/** The same layers in the same order mean the same picture: only then may stacked values be kept. */
export const layersKey = (layers: readonly Layer[]): string => layers.map((layer) => layer.key).join('|');
