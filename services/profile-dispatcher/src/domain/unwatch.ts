import type { EpochMs, StationId } from '@headroom/kernel';
import type { EvseControl } from './evse-control.ts';
import { controlsOfStation, setControl, type SiteState } from './site-state.ts';
import { endWatch, type LeaseProof } from './watched-lease.ts';

/** Something happens at a station: what comes of a watched lease there shows nothing any more. */
export function unwatchStation(site: SiteState, stationId: StationId, nowMs: EpochMs): void {
  for (const control of controlsOfStation(site, stationId)) {
    if (control.proof?.watched !== undefined) setControl(site, withProof(control, endWatch(control.proof, nowMs)));
  }
}

export function withProof(control: EvseControl, proof: LeaseProof | undefined): EvseControl {
  if (control.proof === proof) return control;
  const { proof: _, ...rest } = control;
  return proof === undefined ? rest : { ...rest, proof };
}
