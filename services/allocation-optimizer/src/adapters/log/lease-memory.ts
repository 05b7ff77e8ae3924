import type { allocationV1, commonV1, siteStateV1 } from '@headroom/contracts';
import {
  deciAmps,
  epochMs,
  GRID_PHASES,
  invariant,
  type PerPhase,
  type PerPhaseDeciAmps,
  perPhase,
} from '@headroom/kernel';
import { RISE_STEPS, type RiseHistory, type RiseSpan, type RiseWindows } from '@headroom/site-model';
import type { LeaseMemory, Rises } from '../../domain/lease-memory.ts';
import { leaseToWire, phasesToWire } from './decision-to-wire.ts';

/** The chosen length and what it is chosen from, in the memory of an owner. The functions below read them back, without any loss. */
export const leaseMemoryToWire = (lease: LeaseMemory): siteStateV1.LeaseMemory => ({
  length: leaseToWire(lease),
  siteConfigVersion: BigInt(lease.siteVersion),
});

/** Undefined: it was not looked at. */
export function leaseMemoryOf(
  length: allocationV1.LeaseLength | undefined,
  siteConfigVersion: bigint | undefined,
): LeaseMemory | undefined {
  if (length?.lookedAtMs === undefined || siteConfigVersion === undefined) return undefined;
  const { leaseS, reason, lookedAtMs } = length;
  return { leaseS, reason, lookedAtMs: epochMs(Number(lookedAtMs)), siteVersion: Number(siteConfigVersion) };
}

export const risesToWire = (rises: Rises): siteStateV1.RiseMemory[] =>
  [...rises].map(([meterId, { lastAtMs, step, windows }]) => ({
    ...{ meterId, lastAtMs: BigInt(lastAtMs), step: phasesToWire(step) },
    windows: windows.map(windowsToWire),
  }));

const windowsToWire = ({ leaseS, lengthMs, index, open, before, counts }: RiseWindows): siteStateV1.RiseWindows => ({
  ...{ leaseS, lengthMs: BigInt(lengthMs), index: BigInt(index), open: spanToWire(open) },
  before: before && spanToWire(before),
  ...{ l1Windows: seen(counts.l1), l2Windows: seen(counts.l2), l3Windows: seen(counts.l3) },
});

/** The counts are values that stay as they are for minutes, and each snapshot writes all of them: remembered for as long as they live. */
const SEEN = new WeakMap<readonly number[], number[]>();

function seen(counts: readonly number[]): number[] {
  const known = SEEN.get(counts);
  if (known !== undefined) return known;
  const upToLast = counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
  SEEN.set(counts, upToLast);
  return upToLast;
}

const spanToWire = ({ isWhole, least, most }: RiseSpan): siteStateV1.RiseSpan => ({
  ...{ whole: isWhole, least: phasesToWire(least), most: phasesToWire(most) },
});

/** What is no history in full throws: then the snapshot counts as none, as with any other broken value. */
export const risesOfWire = (wire: readonly siteStateV1.RiseMemory[]): Rises =>
  new Map(wire.map((one): [string, RiseHistory] => [one.meterId, historyOf(one)]));

const historyOf = ({ lastAtMs, step, windows }: siteStateV1.RiseMemory): RiseHistory => ({
  ...{ lastAtMs: epochMs(Number(lastAtMs)), step: currents(step), windows: windows.map(windowsOf) },
});

const windowsOf = (wire: siteStateV1.RiseWindows): RiseWindows => {
  const counts: PerPhase<readonly number[]> = { l1: wire.l1Windows, l2: wire.l2Windows, l3: wire.l3Windows };
  const isKnown = GRID_PHASES.every((phase) => counts[phase].length <= RISE_STEPS + 1);
  invariant(isKnown, `rises are counted in ${RISE_STEPS} steps`);
  return {
    ...{ leaseS: wire.leaseS, lengthMs: Number(wire.lengthMs), index: Number(wire.index), open: spanOf(wire.open) },
    ...(wire.before === undefined ? {} : { before: spanOf(wire.before) }),
    counts: perPhase((phase) => Array.from({ length: RISE_STEPS + 1 }, (_, place) => counts[phase][place] ?? 0)),
  };
};

const spanOf = (wire: siteStateV1.RiseSpan | undefined): RiseSpan => ({
  ...{ isWhole: wire?.whole ?? false, least: currents(wire?.least), most: currents(wire?.most) },
});

/** `deciAmps` refuses what is no number, as an absent phase. */
const currents = (wire: commonV1.PhaseCurrents | undefined): PerPhaseDeciAmps =>
  perPhase((phase) => deciAmps(wire?.[`${phase}DeciA`] ?? Number.NaN));
