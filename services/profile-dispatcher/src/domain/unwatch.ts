import type { EpochMs, StationId } from '@headroom/kernel';
import type { EvseControl } from './evse-control.ts';
import { controlsOfStation, setControl, type SiteState } from './site-state.ts';
import { type endWatch, forgetWatch, type LeaseProof } from './watched-lease.ts';

/**
 * Something happens at a station: what comes of a watched lease there shows nothing any more. A limit of ours (`endWatch`) leaves one thing: whose lease
 * was seen to end may still be seen to rise with the next.
 */
export function unwatchStation(
  site: SiteState,
  stationId: StationId,
  nowMs: EpochMs,
  how: typeof endWatch = forgetWatch,
): void {
  for (const control of controlsOfStation(site, stationId)) {
    const after = how(control.proof, nowMs);
    if (after !== control.proof) setControl(site, withProof(control, after));
  }
}

export function withProof(control: EvseControl, proof: LeaseProof | undefined): EvseControl {
  if (control.proof === proof) return control;
  const { proof: _, ...rest } = control;
  return proof === undefined ? rest : { ...rest, proof };
}
