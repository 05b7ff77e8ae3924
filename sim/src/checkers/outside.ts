import type { WireFrame } from './wire-profile.ts';

/** What somebody beside the platform allows stations, as they say it on their wires. */
export interface OutsideLimits {
  sent(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A new connection: what was said on the old one need not be known any more. */
  dialled(nowMs: number, stationId: string): void;
  /** Those (A per phase) of which somebody may know between two instants. */
  inForce(stationId: string, time: { readonly fromMs: number; readonly toMs: number }): readonly number[];
}

interface Said {
  readonly limitA: number;
  readonly fromMs: number;
  untilMs: number;
}

/** Of one station: the older ones are over for longer than anybody may act by them. */
const MAX_KEPT = 20;
const MESSAGES = ['NotifyChargingLimit', 'ReportChargingProfiles', 'ClearedChargingLimit'];
const EXTERNAL = 'ChargingStationExternalConstraints';

export function createOutsideLimits(): OutsideLimits {
  const stations = new Map<string, Said[]>();
  const end = (nowMs: number, stationId: string): Said[] => {
    const said = stations.get(stationId) ?? [];
    const last = said.at(-1);
    if (last !== undefined) last.untilMs = Math.min(last.untilMs, nowMs);
    return said;
  };
  return {
    sent(nowMs, stationId, frame) {
      const { kind, action } = frame.head();
      if (kind !== '2' || !MESSAGES.includes(action)) return;
      const limitA = limitIn(action, frame.text);
      if (action === 'ReportChargingProfiles' && limitA === undefined) return;
      const said = end(nowMs, stationId);
      if (limitA !== undefined) said.push({ limitA, fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY });
      stations.set(stationId, said.slice(-MAX_KEPT));
    },
    dialled: (nowMs, stationId) => void end(nowMs, stationId),
    inForce: (stationId, { fromMs, toMs }) =>
      (stations.get(stationId) ?? [])
        .filter((said) => said.fromMs <= toMs && said.untilMs >= fromMs)
        .map(({ limitA }) => limitA),
  };
}

/** Stations of the simulation say it with one period in A. */
function limitIn(action: string, text: string): number | undefined {
  const isNamed = action === 'NotifyChargingLimit' || text.includes(EXTERNAL);
  const limit = /"limit":\s*([\d.]+)/.exec(text.slice(text.indexOf(EXTERNAL) + 1))?.[1];
  return isNamed && limit !== undefined ? Number(limit) : undefined;
}
