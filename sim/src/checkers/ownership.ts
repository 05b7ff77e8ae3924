import { type BlindChecker, createBlindChecker } from './blind.ts';
import { type ConnectionsChecker, createConnectionsChecker, type Ends } from './connections.ts';
import type { ControlFact } from './decisions.ts';
import { createFencingChecker } from './fencing.ts';
import type { SiteFacts } from './site-facts.ts';
import { createTenuresChecker, type OwnedRecord } from './tenures.ts';
import { createTimelyChecker } from './timely.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

/** Nobody commands who does not own the shard any more: on the sockets, and in the log. */
export interface OwnershipChecker
  extends Omit<BlindChecker, 'written'>,
    Pick<ConnectionsChecker, 'dialled' | 'announced'> {
  /** A frame was written to the socket of this line. */
  written(nowMs: number, line: number, ends: Ends, frame: WireFrame): void;
  /** An owner's record stands in the log. */
  stored(nowMs: number, by: OwnedRecord, control: ControlFact | undefined): void;
}

export function createOwnershipChecker(site: SiteFacts, report: Report): OwnershipChecker {
  const [blind, timely] = [createBlindChecker(site, report), createTimelyChecker(report)];
  const [fencing, tenures] = [createFencingChecker(site, report), createTenuresChecker(report)];
  const connections = createConnectionsChecker(report);
  return {
    born: blind.born,
    databaseAway: blind.databaseAway,
    dialled: connections.dialled,
    announced: connections.announced,
    written(nowMs, line, ends, frame) {
      const { gateway, stationId } = ends;
      fencing.written(nowMs, { ...ends, isLeft: connections.isLeft(line, stationId) }, frame);
      for (const checker of [timely, blind]) checker.written(nowMs, gateway, stationId, frame);
      connections.written(nowMs, line, ends, frame);
    },
    stored(nowMs, by, control) {
      tenures.stored(nowMs, by);
      if (control?.kind === 'intended') fencing.intended(by.epoch, control);
      if (control?.kind !== 'intended') return;
      timely.intended(control);
      connections.intended(control);
    },
  };
}
