import type { siteV1 } from '@headroom/contracts';
import type { DeratingSpec } from '../../domain/site-document.ts';

/** To the side of less: what is hot begins sooner, and what it rises by is more. */
export const deratingConfig = (spec: DeratingSpec | undefined): siteV1.Derating | undefined =>
  spec && {
    sensorId: spec.sensor,
    staleAfterMs: spec.staleAfterMs,
    risesAtMostDeciC: Math.ceil(spec.risesAtMostC * 10 - 1e-6),
    steps: spec.steps.map(({ aboveC, percent }) => ({
      aboveDeciC: Math.floor(aboveC * 10 + 1e-6),
      percent: Math.floor(percent + 1e-6),
    })),
  };

export const deratingOf = (wire: siteV1.Derating | undefined): { readonly derating?: DeratingSpec } =>
  wire === undefined
    ? {}
    : {
        derating: {
          sensor: wire.sensorId,
          staleAfterMs: wire.staleAfterMs,
          risesAtMostC: wire.risesAtMostDeciC / 10,
          steps: wire.steps.map(({ aboveDeciC, percent }) => ({ aboveC: aboveDeciC / 10, percent })),
        },
      };
