import { deciAmps, epochMs } from '@headroom/kernel';
import type { Explanation, Previewed, Reason, Replayed } from '../../../domain/explanation.ts';

const AT_MS = epochMs(Date.UTC(2026, 5, 7, 16));
const FULL: Reason = {
  ...{ code: 'CIRCUIT_LIMIT', circuitId: 'panel-a', row: 'l1' },
  sentence: '11.0 kW. Panel A is full (64 of 64 A on L1), shared equally with 3 cars.',
};
const ID = { stationId: 'ST-001', evse: 1, name: 'Bay 1' };
const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export const EXPLANATION_EXAMPLE: Explanation = {
  ...{ siteId: 'demo-depot', ownerEpoch: 3n, decisionSeq: 412n, decidedAtMs: AT_MS, share: 'equal', leftOut: 0 },
  evses: [
    {
      ...ID,
      limitDeciA: deciAmps(160),
      reason: FULL,
      row: {
        ...{ circuitId: 'panel-a', circuitName: 'Panel A', row: 'l1' },
        limitDeciA: deciAmps(640),
        usedDeciA: deciAmps(640),
        otherLoadDeciA: deciAmps(0),
        riseDeciA: deciAmps(0),
        terms: [{ source: 'rating', limitDeciA: deciAmps(640) }],
      },
      counterfactual: {
        raises: [{ circuitId: 'panel-a', byDeciA: deciAmps(50) }],
        limitDeciA: deciAmps(172),
        sentence: 'With 5 A more on Panel A it would have 17.2 A (11.9 kW).',
      },
    },
  ],
};

export const PREVIEW_EXAMPLE: Previewed = {
  ...{ decidedAtMs: AT_MS, unchanged: 23, overRating: false, overPower: false },
  differences: [
    {
      ...ID,
      beforeDeciA: deciAmps(160),
      afterDeciA: deciAmps(100),
      beforeReason: FULL,
      afterReason: {
        ...{ code: 'SITE_LIMIT', circuitId: 'grid', row: 'power' },
        sentence: '6.9 kW. Grid connection is full (120 of 120 kW), shared equally with 3 cars.',
      },
    },
  ],
};

export const REPLAY_EXAMPLE: Replayed = {
  ...{ ownerEpoch: 3n, seq: 412n, decidedAtMs: AT_MS, siteVersion: 4, trigger: 'site-meter' },
  ...{ recordedHash: HASH, stateHash: HASH, isSame: true, differences: [] },
  limits: [{ stationId: ID.stationId, evse: ID.evse, limitDeciA: deciAmps(160), reason: FULL }],
};
