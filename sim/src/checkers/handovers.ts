import { headOf, profileIn } from './wire-profile.ts';

/** How often capacity passed from one station to another after a confirmed decrease. */
export interface HandoverCounter {
  /** A frame reached a station. */
  received(nowMs: number, stationId: string, text: string): void;
  /** A station said something. */
  sent(nowMs: number, stationId: string, text: string): void;
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
    received(nowMs, stationId, text) {
      const profile = profileIn(text);
      if (profile === undefined || profile.start === '') return;
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
    sent(nowMs, stationId, text) {
      const { kind, messageId } = headOf(text);
      if (kind !== '3' || decreasing.get(stationId) !== messageId || !text.includes('"Accepted"')) return;
      decreasing.delete(stationId);
      lastDecrease = { atMs: nowMs, stationId };
    },
    count: () => count,
  };
}
