import type { Bay } from './bay.ts';
import type { BayStatus, Dialect, Trigger } from './dialect.ts';
import type { Link } from './link.ts';
import type { Settings } from './settings.ts';

export interface TriggerParts {
  readonly bays: ReadonlyMap<number, Bay>;
  readonly link: Link;
  readonly dialect: Dialect;
  readonly settings: Settings;
  readonly sendStatus: (evse: number, status: BayStatus) => void;
}

/** Says what it is asked to say. `evse` undefined or 0: of all of them. */
export function triggered(parts: TriggerParts, what: Trigger, evse: number | undefined): void {
  const { bays, link, dialect, settings } = parts;
  if (what === 'boot') return link.repeatBoot();
  if (what === 'heartbeat') return link.heartbeat();
  for (const [number, bay] of bays) {
    if (evse !== undefined && evse !== 0 && evse !== number) continue;
    if (what === 'status') parts.sendStatus(number, bay.view().status);
    else if (!bay.sampleNow('trigger') && what === 'meter') {
      const note = { evse: number, sample: bay.sample('Trigger'), measurands: settings.measurands() };
      link.prompt(dialect.meterValues(note));
    }
  }
}
