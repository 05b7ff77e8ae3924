import { pause } from '../../support/eventually.ts';
import { acknowledgedSamples, endToldAtMs } from './books.ts';
import { HIGH_A, holdsTooMuch, LOW_A } from './control.ts';
import type { Evidence } from './holding.ts';
import { beginCharging, HUNGRY } from './site.ts';
import { send } from './operator.ts';
import { unreadAt, unreadBy, wordsOfUnread } from './sockets.ts';
import { isClosed } from './recorded.ts';
import { ask, type StackSite, unansweredOf } from './stack-site.ts';

/** Work that the victims of a kill hold, shown from outside of them. */
export interface EvidenceOf {
  /** Messages that stations have sent since, and that nobody has answered. */
  readonly unansweredByAnybody: Evidence;
  /** The same of these stations alone. */
  unansweredAmong(...stationIds: readonly string[]): Evidence;
  /** Samples that stations were told are recorded, and that the database does not show yet. */
  readonly unrecorded: Evidence;
  /** Samples that stations were told are recorded, and none of what was taken since is stored a good while later. */
  unstored(): Evidence;
  /** A car left, its station was told that the end is recorded, and a good while later the transaction is still open. */
  unclosed(onLeave: (transactionId: string) => void): Evidence;
  /** The building moved, and no command has answered it within a time in which commands always did. */
  undecided(): Evidence;
  /** The building takes more, after `whenGenerous`, and nothing was taken away for it within such a time. */
  untaken(): Evidence;
  /** A card at a reader, and the question for it unread in one of these processes. */
  unauthorized(...processes: readonly string[]): Evidence;
  /** Bytes of these services that the server at the port has not read. */
  unreadAtServer(port: number, ...senders: readonly string[]): Evidence;
  /** The same evidence, while an operator puts a token into the registry again and again: a quiet site asks nothing of it. */
  whileTokensArePut(evidence: Evidence): Evidence;
  /** All of them at once. */
  all(...parts: readonly Evidence[]): Evidence;
}

const ANSWERED_WITHIN_MS = 1_500;
/** By far longer than a record of the log takes to its table. */
const STORED_WITHIN_MS = 1_500;
const TOLD_MS = 1_000;
const PUT_EVERY_MS = 500;

export function evidenceOf({ running, site }: Pick<StackSite, 'running' | 'site'>): EvidenceOf {
  const stations = site.benches.map(({ station }) => station);
  const stored = async (fromMs = 0): Promise<number> => {
    const [row] = await ask<{ n: number }>(
      running,
      `select count(distinct (station_id, at_ms))::int as n
       from meter_ingestion.evse_samples where site_id = $1 and at_ms >= $2`,
      [site.order.siteId, fromMs],
    );
    return row?.n ?? 0;
  };
  return {
    unansweredByAnybody: (stoppedAtMs) => {
      const count = unansweredOf(site, stoppedAtMs);
      return count > 0 ? `${count} messages of stations` : undefined;
    },
    unansweredAmong:
      (...stationIds) =>
      (stoppedAtMs) => {
        const benches = site.benches.filter(({ station }) => stationIds.includes(station.stationId));
        const count = unansweredOf({ benches }, stoppedAtMs);
        return count > 0 ? `${count} messages of its ${stationIds.length} stations` : undefined;
      },
    unrecorded: async () => {
      const missing = acknowledgedSamples(stations) - (await stored());
      return missing > 0 ? `${missing} acknowledged samples that were not yet stored` : undefined;
    },
    unstored: () => {
      const before = acknowledgedSamples(stations);
      let told: number | undefined;
      return async (stoppedAtMs) => {
        const sinceMs = Date.now() - stoppedAtMs;
        if (told === undefined && sinceMs >= TOLD_MS) told = acknowledgedSamples(stations) - before;
        if (told === undefined || told === 0 || sinceMs < TOLD_MS + STORED_WITHIN_MS) return undefined;
        return (await stored(stoppedAtMs)) === 0
          ? `${told} samples acknowledged since ${STORED_WITHIN_MS} ms and more, none of which is stored`
          : undefined;
      };
    },
    unclosed: (onLeave) => {
      const bench = site.benches.find(({ station }) => station.isOnline() && station.bay(1)?.transaction?.id);
      const id = bench?.station.bay(1)?.transaction?.id ?? '';
      bench?.station.unplug(1);
      onLeave(id);
      return async () => {
        const toldAtMs = bench && endToldAtMs(bench.station, id);
        if (toldAtMs === undefined || Date.now() - toldAtMs < STORED_WITHIN_MS) return undefined;
        return (await isClosed(running, id)) ? undefined : 'an acknowledged end of a transaction that is still open';
      };
    },
    undecided: () => {
      let sinceMs = 0;
      return () => {
        if (sinceMs === 0) {
          sinceMs = Date.now();
          site.building(site.buildingA() === LOW_A ? HIGH_A : LOW_A);
        }
        const answered = site.tap.commands().some(({ atMs }) => atMs > sinceMs + 200);
        const isLate = Date.now() - sinceMs > ANSWERED_WITHIN_MS;
        return isLate && !answered ? 'a reading of the building without an answer' : undefined;
      };
    },
    untaken: () => {
      site.building(HIGH_A);
      return (stoppedAtMs) =>
        Date.now() - stoppedAtMs > ANSWERED_WITHIN_MS && holdsTooMuch(site)
          ? 'a reading of the building for which nothing was taken away'
          : undefined;
    },
    unauthorized: (...processes) => {
      const bench = site.benches.find(({ station }) => station.bay(1)?.transaction !== undefined && station.isOnline());
      let asked = false;
      let answered = false;
      return async () => {
        if (!asked && bench !== undefined) {
          asked = true;
          bench.station.unplug(1);
          bench.station.plug(1, HUNGRY);
          void bench.station.tap(1, `CARD-${bench.station.stationId}`).then(async (outcome) => {
            answered = true;
            // Nobody is left standing there.
            if (outcome !== 'started') await beginCharging(bench).catch(() => undefined);
          });
          await pause(300);
        }
        if (!asked || answered) return undefined;
        const unread = processes.flatMap((name) => unreadBy(running, name));
        const words = wordsOfUnread(unread, ['ocpp-gateway']);
        return processes.length > 0 && words === undefined
          ? undefined
          : ['a card that waits', words].filter(Boolean).join(', ');
      };
    },
    unreadAtServer:
      (port, ...senders) =>
      () => {
        const words = wordsOfUnread(unreadAt(running, port), senders);
        return words === undefined ? undefined : `${words} unread`;
      },
    whileTokensArePut: (evidence) => {
      let putAtMs = 0;
      return (stoppedAtMs) => {
        if (Date.now() - putAtMs >= PUT_EVERY_MS) {
          putAtMs = Date.now();
          const url = `${running.stack.url}/api/v1/tokens/CARD-of-nobody`;
          // Nobody is answered by a database that stands still.
          void send({ method: 'PUT', url, body: { status: 'accepted' } }).catch(() => undefined);
        }
        return evidence(stoppedAtMs);
      };
    },
    all:
      (...parts) =>
      async (stoppedAtMs) => {
        const found = await Promise.all(parts.map(async (part) => part(stoppedAtMs)));
        return found.some((words) => words === undefined) ? undefined : found.join('; ');
      },
  };
}
