import { deciAmps } from '@headroom/kernel';
import { gate, type GateInput } from '../gate.ts';
import { sumsOf } from './gate-oracle.ts';
import { grownCases } from './grown-cases.ts';

export interface Judged {
  readonly raised: number;
  readonly lowered: number;
  readonly refused: number;
  /** The first few; each begins with the seed of its case. */
  readonly failures: readonly string[];
}

const FAILURES_TOLD = 5;
/** Real numbers are not exact. */
const NOISE = 1e-6;

/** Every case from `from` on, up to `to` not included: by its number alone each of them can be had again. */
export function judgeCases(from: number, to: number): Judged {
  const counts = { raised: 0, lowered: 0, refused: 0 };
  const failures: string[] = [];
  for (const [seed, input] of grownCases(from, to)) {
    const why = judge(input, counts);
    if (why !== undefined) failures.push(`${seed}: ${why}`);
    if (failures.length === FAILURES_TOLD) break;
  }
  return { ...counts, failures };
}

function judge(input: GateInput, counts: { raised: number; lowered: number; refused: number }): string | undefined {
  const { proposal, site, committed } = input;
  const evse = site.evses.get(proposal.evseId);
  if (evse === undefined) return 'a proposal for nobody';
  const counted = Math.max(committed.get(evse.evseId) ?? evse.maxCurrent, evse.fallback);
  const verdict = gate(input);
  if (proposal.limit <= counted) {
    counts.lowered += 1;
    return verdict.kind === 'pass' && verdict.decrease ? undefined : 'SI7: a decrease is refused';
  }
  if (verdict.kind === 'pass') {
    counts.raised += 1;
    if (verdict.decrease) return 'SI7: a raise passes as a decrease';
    return broken(input, proposal.limit);
  }
  counts.refused += 1;
  const { largest } = verdict;
  if (largest >= proposal.limit) return `SI9: ${proposal.limit} is refused, but ${largest} is said to fit`;
  if (largest < counted) return `SI9: it counts with ${counted}, and at most ${largest} are said to fit`;
  if (largest > counted) {
    if (gate({ ...input, proposal: { ...proposal, limit: largest } }).kind !== 'pass')
      return `SI9: ${largest} does not pass`;
    const why = broken(input, largest);
    if (why !== undefined) return why;
  }
  return wasted(input, largest, evse.maxCurrent);
}

function broken(input: GateInput, limit: number): string | undefined {
  const over = sumsOf(input, limit).find(({ excess }) => excess > NOISE);
  if (over === undefined) return undefined;
  return `SI8: ${limit} passes, and ${over.circuit.circuitId} ${over.kind} carries ${over.excess} dA too much`;
}

/** A deci-amp more must really be too much, but for what is rounded and bounded on purpose; or it is beyond the hardware. */
function wasted(input: GateInput, largest: number, maxCurrent: number): string | undefined {
  if (largest >= maxCurrent) return undefined;
  const isTooMuch = sumsOf(input, deciAmps(largest + 1)).some(({ excess, slack }) => excess + slack > 0);
  return isTooMuch ? undefined : `capacity: ${largest} is the largest, and everything would bear more`;
}
