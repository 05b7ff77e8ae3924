import type { Ends } from './connections.ts';
import type { IntendedFact } from './decisions.ts';
import type { SiteFacts } from './site-facts.ts';
import { actIn } from './stops.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface FencingChecker {
  /** A frame was written to a socket. `isLeft`: the station has dialled anew since, and hears nothing there. Default false. */
  written(nowMs: number, socket: Ends & { readonly isLeft?: boolean }, frame: WireFrame): void;
  /** An owner of this epoch is about to send a lease: whoever comes after it counts with that. */
  intended(epoch: number, fact: Pick<IntendedFact, 'evseId' | 'limitA' | 'atMs'>): void;
}

/** A command may be written for so long after it was planned: its time at the gateway, and a clock of that which is behind. */
const MAY_ARRIVE_MS = 10_000;

/** `l1-160-3-7-42`: purpose and EVSE, limit, shard, epoch, number. A command goes by its name on the wire. */
const NAME = /^[lf](\d+)-(\d+)-(\d+)-(\d+)-(\d+)$/;
/** `a1-3-7-42`: EVSE, shard, epoch, number of what is done to a station beside limits. */
const ACT_NAME = /^a\d+-(\d+)-(\d+)-\d+$/;
const ACTS = { stop: 'the end of a transaction', inoperative: 'being out of service' } as const;

interface Intended {
  readonly epoch: number;
  readonly limitA: number;
  readonly atMs: number;
}

type Socket = Ends & { readonly isLeft: boolean };

interface Word {
  readonly shard: string;
  readonly epoch: number;
  readonly what: string;
}

interface Newest {
  readonly epoch: number;
  readonly limitA: number;
}

/**
 * No command of an older epoch on a socket: not through a gateway that has written one of a newer epoch, and nowhere once
 * a newer epoch has raised anybody (DS-14). Values up to the fallback are free: they raise nothing above what counts anyway,
 * and a gateway that knows no epoch passes them (HO-4). A gateway that no station of the shard has dialled last need not have
 * heard of the newer epoch: what it writes to a socket that was left reaches nobody. Who is told no more than an earlier owner was
 * about to tell it is not raised: that counts until it is known to be void, so nobody else has its room (SI3, SI7). The same holds of whoever is
 * stopped, or put out of service, in its own name or in nobody's.
 */
export function createFencingChecker(site: SiteFacts, report: Report): FencingChecker {
  const lastLimitA = new Map<string, number>();
  /** By gateway and shard: what it wrote of its newest epoch. */
  const written = new Map<string, Newest>();
  /** By EVSE. */
  const intents = new Map<string, readonly Intended[]>();
  const countedA = (evseId: string, epoch: number, nowMs: number): number =>
    (intents.get(evseId) ?? [])
      .filter((intent) => intent.epoch < epoch && nowMs - intent.atMs <= MAY_ARRIVE_MS)
      .reduce((most, { limitA }) => Math.max(most, limitA), 0);
  /** By shard: the first increase of the newest epoch that has raised. */
  const raised = new Map<string, Newest & { readonly gateway: string }>();
  type Said = readonly [here: Newest | undefined, anywhere: Newest | undefined];
  /** Whether a newer epoch is known where it was written. Returns what is. */
  const judge = (
    { gateway, stationId, isLeft }: Socket,
    { shard, epoch, what }: Word,
    say: (detail: string) => void,
  ): Said => {
    const here = written.get(`${gateway} ${shard}`);
    const anywhere = raised.get(shard);
    if (epoch < (here?.epoch ?? 0)) {
      say(`${what} of epoch ${epoch} for ${stationId} after ${here?.limitA} A of epoch ${here?.epoch} on ${gateway}`);
    } else if (!isLeft && epoch < (anywhere?.epoch ?? 0)) {
      const where = `epoch ${anywhere?.epoch} has raised to ${anywhere?.limitA} A on ${anywhere?.gateway}`;
      say(`${what} of epoch ${epoch} for ${stationId} on ${gateway} after ${where}`);
    }
    return [here, anywhere];
  };
  return {
    intended(epoch, { evseId, limitA, atMs }) {
      const known = (intents.get(evseId) ?? []).filter((intent) => atMs - intent.atMs <= MAY_ARRIVE_MS);
      intents.set(evseId, [...known, { epoch, limitA, atMs }]);
    },
    written(nowMs, { gateway, stationId, isLeft = false }, frame) {
      const profile = frame.profile();
      const act = actIn(frame);
      const say = (detail: string): void => report({ checker: 'fencing', atMs: nowMs, detail });
      if (act !== undefined) {
        const [, shard, number] = ACT_NAME.exec(frame.head().messageId) ?? [];
        if (shard === undefined) return say(`${ACTS[act]} was written to ${stationId}, and nobody signed it`);
        return judge({ gateway, stationId, isLeft }, { shard, epoch: Number(number), what: ACTS[act] }, say);
      }
      if (profile === undefined) return;
      const limitA = profile.limitsA[0] ?? 0;
      const [, evse, , shard, number] = NAME.exec(profile.messageId) ?? [];
      if (shard === undefined) return say(`${limitA} A for ${stationId} was written, and nobody signed it`);
      const key = `${stationId} ${profile.profileId}`;
      const epoch = Number(number);
      const isRaise = limitA > Math.max(lastLimitA.get(key) ?? 0, countedA(`${stationId}/${evse}`, epoch, nowMs));
      lastLimitA.set(key, limitA);
      if (limitA <= (site.evses.get(`${stationId}/${evse}`)?.fallbackA ?? 0)) return;
      const [here, anywhere] = judge({ gateway, stationId, isLeft }, { shard, epoch, what: `${limitA} A` }, say);
      if (epoch > (here?.epoch ?? 0)) written.set(`${gateway} ${shard}`, { epoch, limitA });
      if (isRaise && epoch > (anywhere?.epoch ?? 0)) raised.set(shard, { epoch, limitA, gateway });
    },
  };
}
