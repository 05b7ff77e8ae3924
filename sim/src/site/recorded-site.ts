import { MAX_A, MINIMUM_A, NOMINAL_VOLTAGE_V, type SitePlan, versionAt } from '../documents.ts';

export const RECORDED_SITE_ID = 'recorded-garage';

/** The id of the station that stands for a recorded EVSE. */
export const recordedStationId = (evseId: string): string => `REC-${evseId}`;

/** Sum of the fallbacks against the power limit and the rating; 6 A if they fit, else 0 A and the sentence that says why. */
function recordedFallback(count: number, limit: { readonly limitKw: number; readonly ratingA: number }) {
  const sumKw = (count * MINIMUM_A * NOMINAL_VOLTAGE_V) / 1_000;
  const worstPhaseA = Math.ceil(count / 3) * MINIMUM_A;
  if (sumKw <= limit.limitKw && worstPhaseA <= limit.ratingA) return { fallbackA: MINIMUM_A, notes: [] };
  return {
    fallbackA: 0,
    notes: [
      `Fallback is 0 A: ${count} EVSEs at ${MINIMUM_A} A would take ${sumKw.toFixed(1)} kW (${worstPhaseA} A on the fullest ` +
        `phase) against a limit of ${limit.limitKw} kW (${limit.ratingA} A), so an EVSE without a lease does not charge.`,
    ],
  };
}

/** The recorded garage: single-phase EVSEs line to neutral, phase = index mod 3 in sorted order of their ids, 32 A at most. */
export function recordedSite(evseIds: readonly string[], limitKw: number): SitePlan {
  const sorted = [...new Set(evseIds)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  // Conductors a third above the balanced share of the contract: the power limit binds first, an unbalanced phase can too.
  const ratingA = Math.max(MAX_A, Math.ceil((limitKw * 1_000 * 1.35) / (3 * NOMINAL_VOLTAGE_V)));
  const { fallbackA, notes } = recordedFallback(sorted.length, { limitKw, ratingA });
  return {
    siteId: RECORDED_SITE_ID,
    notes,
    document: {
      apiVersion: 'headroom/v1',
      kind: 'Site',
      metadata: { name: 'recorded-garage' },
      spec: {
        displayName: 'Recorded garage',
        timezone: 'America/Los_Angeles',
        nominalVoltageV: NOMINAL_VOLTAGE_V,
        circuits: [{ name: 'grid', displayName: 'Grid connection', ratingPerPhaseA: ratingA, limitKw }],
        meters: [],
        loads: [],
        stations: sorted.map((evseId, i) => ({
          id: recordedStationId(evseId),
          circuit: 'grid',
          evses: [{ evse: 1, name: evseId, phases: [`L${(i % 3) + 1}`], maxA: MAX_A, minimumA: MINIMUM_A, fallbackA }],
        })),
        policy: { share: 'equal', lease: '120s' },
      },
    },
    stations: sorted.map((evseId, i) => ({
      stationId: recordedStationId(evseId),
      version: versionAt(i),
      wiredPhases: 1,
      hardwareMaxA: MAX_A,
    })),
  };
}
