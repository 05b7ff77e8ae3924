import { z } from 'zod';
import { formatDuration, type Problem, type SiteDocument } from '../../domain/site-document.ts';
import { DurationSchema } from './site-document-parts.ts';

export const LeaseBody = z
  .union([DurationSchema, z.strictObject({ atLeast: DurationSchema, atMost: DurationSchema })], {
    error: 'Expected a duration such as 120s, or the shortest and the longest one: { atLeast: 60s, atMost: 600s }',
  })
  .describe('How long a limit outlives our silence, or between which lengths the platform chooses. Default 120s.');

type Written = z.output<typeof LeaseBody>;
type Lease = Pick<SiteDocument, 'leaseS' | 'leaseAtLeastS'>;

const POINTER = '/spec/policy/lease';

/** One length, or two between which the platform chooses. `durationMs` reads one of them, and says what is wrong with it. */
export function leaseSpec(
  written: Written,
  durationMs: (written: string | number, pointer: string) => number,
  problems: Problem[],
): Lease {
  const secondsOf = (one: string | number, pointer: string): number => {
    const ms = durationMs(one, pointer);
    if (ms % 1_000 !== 0) problems.push({ code: 'bad-duration', detail: 'The lease must be whole seconds.', pointer });
    return Math.floor(ms / 1_000);
  };
  if (typeof written !== 'object') return { leaseS: secondsOf(written, POINTER) };
  return {
    leaseS: secondsOf(written.atMost, `${POINTER}/atMost`),
    leaseAtLeastS: secondsOf(written.atLeast, `${POINTER}/atLeast`),
  };
}

export const leaseBody = ({ leaseS, leaseAtLeastS }: Lease): Written =>
  leaseAtLeastS === undefined
    ? formatDuration(leaseS * 1_000)
    : { atLeast: formatDuration(leaseAtLeastS * 1_000), atMost: formatDuration(leaseS * 1_000) };
