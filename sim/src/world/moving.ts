import type { Clock, Timers } from '@headroom/kernel';
import type { SiteDocument, SitePlan } from '../documents.ts';
import type { Station } from '../station/station.ts';
import type { Field } from './field.ts';
import type { Operator } from './operator.ts';
import type { Trace } from './trace.ts';

/** A station that goes from one site to another while the platform runs (HO-15). */
export interface Moving {
  /** How it stands in the documents of both. */
  readonly stationId: string;
  readonly fromSiteId: string;
  readonly toSiteId: string;
  /** Its place in the document of the new site. */
  readonly there: StationDocument;
}

export type StationDocument = SiteDocument['spec']['stations'][number];

/** As new from the factory, because whoever commissions it there resets it; or with all that it was told at its old site. */
export type Moves = 'as-new' | 'as-it-is';

/** ms since the start. */
export interface MovingTimes {
  /** Then the document of its old site does not name it any more. */
  readonly atMs: number;
  /** It goes on charging for so long, where it is. */
  readonly staysMs: number;
  /** And is under way for so long, without power. */
  readonly awayMs: number;
}

const AGAIN_MS = 3_000;
const LOOK_MS = 1_000;

/** The last station of the first plan comes to a free place of the second: what it gives, and at what loss, it brings. */
export function movingOf(
  { siteId: fromSiteId, stations }: SitePlan,
  to: SitePlan,
  place: StationDocument,
): Moving | undefined {
  const { stationId, dc } = stations.at(-1) ?? {};
  if (stationId === undefined || stations.length < 2) return undefined;
  const evses = place.evses.map(({ dc: _, ...evse }) => ({ ...evse, ...(dc === undefined ? {} : { dc }) }));
  return { stationId, fromSiteId, toSiteId: to.siteId, there: { ...place, id: stationId, evses } };
}

const named = (document: SiteDocument, stations: readonly StationDocument[]): SiteDocument => ({
  ...document,
  spec: { ...document.spec, stations },
});

/** The document of the new site with that station in it. */
export const joinedBy = (document: SiteDocument, { there }: Moving): SiteDocument =>
  named(document, [...document.spec.stations, there]);

export interface Members {
  /** As whoever edits documents sees them: with the station where it belongs just now, whatever else they say. */
  readonly operator: Operator;
  /** No document names it from now on. */
  leaves(): Promise<void>;
  /** That of its new site does. */
  joins(): Promise<void>;
}

/** Whoever puts a document of one of the two sites, for whatever reason, puts it with its stations of that moment. */
export function createMembers(operator: Operator, moving: Moving, documents: readonly SiteDocument[]): Members {
  let at: 'old' | 'nowhere' | 'new' = 'old';
  const last = new Map(documents.map((document) => [document.metadata.name, document]));
  const asItIs = (document: SiteDocument): SiteDocument => {
    const { name } = document.metadata;
    if (name === moving.toSiteId && at === 'new') return joinedBy(document, moving);
    if (name !== moving.fromSiteId || at === 'old') return document;
    return named(
      document,
      document.spec.stations.filter(({ id }) => id !== moving.stationId),
    );
  };
  const putSite: Operator['putSite'] = (document) => {
    last.set(document.metadata.name, document);
    return operator.putSite(asItIs(document));
  };
  const again = async (siteId: string): Promise<void> => {
    const document = last.get(siteId);
    if (document !== undefined) await operator.putSite(asItIs(document));
  };
  return {
    operator: { ...operator, putSite },
    leaves: () => {
      at = 'nowhere';
      return again(moving.fromSiteId);
    },
    // A document of before, late on its way, may have named it once more.
    joins: async () => {
      await again(moving.fromSiteId);
      at = 'new';
      await again(moving.toSiteId);
    },
  };
}

/** From a new document to limits that make room for what it names (SI21). Of a station that is out of reach its lease ends first. */
const ROOM_WITHIN_MS = 15_000;

export interface MoveDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly trace: Pick<Trace, 'tell'>;
  readonly members: Members;
  /** Of the new site. */
  readonly leaseMs: number;
  readonly from: Field;
  readonly to: Field;
  /** At its old site nobody need tell it anything any more. */
  readonly onLeft: () => void;
  /** It has left the site itself. */
  readonly onGone: () => void;
  /** From now on it is judged at its new site. `isReset`: nothing is left of what it was told. */
  readonly onJoined: (isReset: boolean) => void;
}

/**
 * Its documents first, then the thing itself: it charges on for a while, is taken off the wall, and hung up again elsewhere.
 */
export async function startMove(
  deps: MoveDeps,
  { stationId, toSiteId }: Moving,
  { moves, ...times }: MovingTimes & { readonly moves: Moves },
): Promise<void> {
  const { clock, trace, members, from, to } = deps;
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void deps.timers.after(Math.max(0, Math.ceil(ms)), resolve));
  const insist = async (ask: () => Promise<void>): Promise<void> => {
    for (;;) {
      try {
        return await ask();
      } catch {
        await wait(AGAIN_MS);
      }
    }
  };
  await wait(times.atMs - clock.monoMs());
  trace.tell(`no document names ${stationId} any more`);
  deps.onLeft();
  await insist(members.leaves);
  await wait(times.staysMs);
  from.closeBay(stationId);
  // It takes nothing unsaid with it.
  while (!isDone(from, stationId)) await wait(LOOK_MS);
  const station = from.release(stationId);
  if (station === undefined) return;
  station.cutLink();
  deps.onGone();
  trace.tell(`${stationId} is taken off the wall`);
  await wait(times.awayMs);
  await insist(members.joins);
  // Its new site makes room for its permanent limit first; who hangs it up at once has a bay there with which nobody has reckoned yet.
  let reachedMs = 0;
  for (let waitedMs = 0; reachedMs < ROOM_WITHIN_MS && waitedMs < deps.leaseMs + ROOM_WITHIN_MS; waitedMs += LOOK_MS) {
    await wait(LOOK_MS);
    reachedMs = to.stations.every((each) => each.isOnline()) ? reachedMs + LOOK_MS : 0;
  }
  trace.tell(`${stationId} is hung up at ${toSiteId}${moves === 'as-new' ? '' : ', with what it was told before'}`);
  deps.onJoined(moves === 'as-new' || station.forgetsOnReboot());
  to.take(station);
  if (moves === 'as-new') station.forget({ what: 'everything', restart: 'ends', refusesMs: 0 });
  else station.reboot();
  station.restoreLink();
}

function isDone({ stations }: Pick<Field, 'stations'>, stationId: string): boolean {
  const station: Station | undefined = stations.find((each) => each.stationId === stationId);
  return station === undefined || (station.load(1)?.runs !== true && station.waiting() === 0);
}
