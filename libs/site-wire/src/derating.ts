import type { siteV1 } from '@headroom/contracts';
import type { DeratingInput } from '@headroom/site-model';

/** What a circuit bears when it is hot, as the log has it. Whether it can be true is judged where a model is built of it. */
export const deratingToWire = (derating: DeratingInput | undefined): siteV1.Derating | undefined =>
  derating && { ...derating, steps: derating.steps.map((step) => ({ ...step })) };

export const deratingFromWire = (wire: siteV1.Derating | undefined): { readonly derating?: DeratingInput } => {
  if (wire === undefined) return {};
  const { sensorId, staleAfterMs, risesAtMostDeciC, steps } = wire;
  const said = steps.map(({ aboveDeciC, percent }) => ({ aboveDeciC, percent }));
  return { derating: { sensorId, staleAfterMs, risesAtMostDeciC, steps: said } };
};
