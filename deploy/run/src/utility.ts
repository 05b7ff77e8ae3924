import { randomBytes } from 'node:crypto';
import type { Clock, Timers } from '@headroom/kernel';
import { systemIds } from '@headroom/service-host';
import { startVtn, type Vtn } from '@headroom/sim';
import { startDemoDesk } from './demo-desk.ts';
import { createUtilityControl } from './utility-control.ts';

/** Sites that one source may speak of (grid-adapter, `ROUTED_TARGETS_MAX`). */
const SITES_MAX = 50;
const CLIENT_ID = 'headroom';
const CONTROL_ID = 'utility-control-room';
const SECRET_BYTES = 24;
const SECRET_VARIABLE = 'HEADROOM_UTILITY_SECRET';
/** Real seconds: a person who presses a button watches. */
const POLL_EVERY_S = 2;
const LOST_AFTER_S = 30;
/** Of clock time. Short, as the events of a demo are. */
const RESTORE = { maxDelayS: 5, rampS: 20, stepS: 5 };

/** The utility of a run: a VTN of the simulator, and what the grid adapter has to be told of it. */
export interface Utility {
  readonly vtn: Vtn;
  /** Its events limit the sites of this run: all of them, or those whose id they name as a target. */
  readonly programId: string;
  /** JSON as HEADROOM_GRID_SOURCES names it; no secret stands in it. */
  readonly sources: string;
  /** Variables of the grid adapter: those that it names, and a free port on which the VTN calls. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the console of this run may order events, and the token that it needs there. */
  readonly demo: { readonly url: string; readonly token: string };
  /** Ends the VTN and the desk. */
  close(): Promise<void>;
}

export interface UtilityOptions {
  readonly clock: Clock;
  /** Real time. */
  readonly io: Timers;
  /** How many times as fast as real time `clock` goes. */
  readonly speed: number;
  /** The first ones are spoken of, at most `SITES_MAX`. */
  readonly siteIds: readonly string[];
}

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('hex');

/** Starts it on a free port of loopback, with credentials of this run alone. */
export async function startUtility({ clock, io, speed, siteIds }: UtilityOptions): Promise<Utility> {
  const [clientSecret = '', controlSecret = '', token = ''] = Array.from({ length: 3 }, newSecret);
  const client = { clientId: CLIENT_ID, clientSecret, role: 'ven' } as const;
  const control = { clientId: CONTROL_ID, clientSecret: controlSecret, role: 'bl' } as const;
  const vtn = await startVtn({ clock, timers: io, ids: systemIds(), port: 0, clients: [client, control] });
  const sites = siteIds.slice(0, SITES_MAX);
  const program = vtn.putProgram({ programName: 'Grid connection' });
  const ven = vtn.putVen({ clientId: CLIENT_ID, venName: 'Headroom', targets: sites });
  if (program.kind === 'err' || ven.kind === 'err') throw new Error('the VTN of the run refuses its own objects');
  const programId = program.value.id;
  const desk = await startDemoDesk(
    createUtilityControl({ ...control, clock, url: vtn.url, programId, siteIds: sites }),
    token,
  );
  const source = {
    name: 'utility',
    url: vtn.url,
    clientId: CLIENT_ID,
    clientSecretEnv: SECRET_VARIABLE,
    programIds: [programId],
    // A poll is real I/O, told in the time of the clock.
    pollEveryS: Math.ceil(POLL_EVERY_S * speed),
    lostAfterS: Math.ceil(LOST_AFTER_S * speed),
    targets: Object.fromEntries(sites.map((siteId) => [siteId, [{ siteId }]])),
    untargeted: sites.map((siteId) => ({ siteId })),
    restore: RESTORE,
  };
  return {
    vtn,
    programId,
    // A source that speaks of nothing is refused.
    sources: JSON.stringify({ sources: sites.length === 0 ? [] : [source] }),
    env: { [SECRET_VARIABLE]: clientSecret, HEADROOM_GRID_WEBHOOK_PORT: '0' },
    demo: { url: desk.url, token },
    close: async () => {
      await desk.close();
      await vtn.close();
    },
  };
}
