import type { z } from 'zod';
import { type DeratingSpec, formatDuration } from '../../domain/site-document.ts';
import type { DeratingBody } from './site-document-parts.ts';

/** Temperatures move slowly. */
const STALE_AFTER = '60s';

/** With every default filled in; nothing where a circuit says nothing. */
export const deratingSpec = (
  written: z.output<typeof DeratingBody> | undefined,
  durationMs: (written: string | number) => number,
): { readonly derating?: DeratingSpec } => {
  if (written === undefined) return {};
  const { staleAfter, ...derating } = written;
  return { derating: { ...derating, staleAfterMs: durationMs(staleAfter ?? STALE_AFTER) } };
};

/** As people write it. */
export const deratingBody = (spec: DeratingSpec | undefined): { derating?: z.output<typeof DeratingBody> } => {
  if (spec === undefined) return {};
  const { staleAfterMs, steps, ...derating } = spec;
  return {
    derating: { ...derating, staleAfter: formatDuration(staleAfterMs), steps: steps.map((step) => ({ ...step })) },
  };
};
