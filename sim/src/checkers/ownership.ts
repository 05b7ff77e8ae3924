import { type BlindChecker, createBlindChecker } from './blind.ts';
import type { ControlFact } from './decisions.ts';
import { createFencingChecker, type FencingChecker } from './fencing.ts';
import type { SiteFacts } from './site-facts.ts';
import { createTenuresChecker, type OwnedRecord } from './tenures.ts';
import { createTimelyChecker } from './timely.ts';
import type { Report } from './violation.ts';

/** Nobody commands who does not own the shard any more: on the sockets, and in the log. */
export interface OwnershipChecker extends FencingChecker, Omit<BlindChecker, 'written'> {
  /** An owner's record stands in the log. */
  stored(nowMs: number, by: OwnedRecord, control: ControlFact | undefined): void;
}

export function createOwnershipChecker(site: SiteFacts, report: Report): OwnershipChecker {
  const [blind, timely] = [createBlindChecker(site, report), createTimelyChecker(report)];
  const [fencing, tenures] = [createFencingChecker(site, report), createTenuresChecker(report)];
  return {
    born: blind.born,
    databaseAway: blind.databaseAway,
    written(...what) {
      for (const checker of [fencing, timely, blind]) checker.written(...what);
    },
    stored(nowMs, by, control) {
      tenures.stored(nowMs, by);
      if (control?.kind === 'intended') timely.intended(control);
    },
  };
}
