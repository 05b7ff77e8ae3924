import type { WireFrame } from './wire-profile.ts';

/** How often capacity passed from one station to another after a confirmed decrease. */
export interface HandoverCounter {
  /** A frame reached a station. */
  received(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A station said something. */
  sent(nowMs: number, stationId: string, frame: WireFrame): void;
  count(): number;
}

/** So long after a decrease was confirmed an increase elsewhere may be its doing. */
const PASSES_WITHIN_MS = 30_000;

export function createHandoverCounter(): HandoverCounter {
  const standing = new Map<string, number>();
  const decreasing = new Map<string, string>();
  let lastDecrease: { readonly atMs: number; readonly stationId: string } | undefined;
  let count = 0;
  return {
    received(nowMs, stationId, frame) {
      const profile = frame.profile();
      // A permanent limit passes nothing on. A lease may count from the start of its transaction (H32).
      if (profile === undefined || (profile.start === '' && profile.durationS === undefined)) return;
      const limitA = profile.limitsA[0] ?? 0;
      const before = standing.get(stationId);
      standing.set(stationId, limitA);
      if (before === undefined) return;
      if (limitA < before) decreasing.set(stationId, profile.messageId);
      const passes =
        lastDecrease !== undefined &&
        lastDecrease.stationId !== stationId &&
        nowMs - lastDecrease.atMs <= PASSES_WITHIN_MS;
      if (limitA > before && passes) {
        count += 1;
        lastDecrease = undefined;
      }
    },
    sent(nowMs, stationId, frame) {
      const { kind, messageId } = frame.head();
      if (kind !== '3' || decreasing.get(stationId) !== messageId || !frame.text.includes('"Accepted"')) return;
      decreasing.delete(stationId);
      lastDecrease = { atMs: nowMs, stationId };
    },
    count: () => count,
  };
}
