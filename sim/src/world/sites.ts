import type { Share, SitePlan } from '../documents.ts';
import { rngFor } from '../rng.ts';
import type { Persona } from '../station/persona.ts';
import { withFewClosings } from '../site/contactors.ts';
import { withDerating } from '../site/derated-site.ts';
import { seeking, type Seeking } from './by-turns.ts';
import { type Chance, createChance } from './chance.ts';
import { planOf, shareOf } from './field.ts';
import type { StationDocument } from './moving.ts';
import type { Pace } from './pace.ts';
import { partitionOfKey } from './partition-of-key.ts';
import { withModels } from './unheard.ts';

/** Of seeds, those whose platform has two sites, and those where it has three. */
const TWO_SHARE = 0.2;
const THREE_SHARE = 0.05;
export const MAX_SITES = 3;
/** Partitions of the log of a run, of every topic. */
export const SHARDS = 6;
/** Of three sites the last: how often it is on the shard of the first. All others have one of their own. */
const SAME_SHARD_SHARE = 0.5;
/** As far as seeds go. */
const SEEDS = 2 ** 48;

/** How many sites the platform of this seed has. */
export function sitesOf(seed: number): number {
  const draw = createChance(seed).draw('sites', 'platform', 0);
  return draw < THREE_SHARE ? 3 : draw < THREE_SHARE + TWO_SHARE ? 2 : 1;
}

/** One of the sites of a run, and what is left to chance there. */
export interface PlannedSite {
  /** From 1 on. */
  readonly number: number;
  readonly plan: SitePlan;
  /** Of the first one the seed of the run. */
  readonly seed: number;
  readonly chance: Chance;
  readonly shard: number;
  /** A place that is free, for a station of another site. */
  readonly free?: StationDocument;
}

export interface SitesOptions extends Seeking {
  readonly seed: number;
  /** Of all sites together. */
  readonly stations: number;
  readonly pace: Pace;
  /** Of every site. Undefined: by the seed, each by its own. */
  readonly share: Share | undefined;
  /** 1 to `MAX_SITES`; never more than there are stations. */
  readonly sites: number;
  /** Of all stations. Default: by the seed. */
  readonly persona?: Partial<Persona>;
  /** One is played, whose stations are as they are. */
  readonly scenario?: unknown;
  /** The only site, in place of one by the seed. */
  readonly given?: SitePlan;
  /** Circuits are derated by their temperature. Default: none is. */
  readonly isHot?: boolean;
  /** Contactors are rated for few closings. Default: by the seed. */
  readonly isSparing?: boolean;
  /** The first site has a place more than stations. Default: none has. */
  readonly hasFree?: boolean;
}

/** The sites of a run: one alone is what it would be if there could be no other. */
export function plannedSites(options: SitesOptions): readonly [PlannedSite, ...PlannedSite[]] {
  if (options.given !== undefined) {
    const { given: plan, seed } = options;
    return [{ number: 1, plan, seed, chance: createChance(seed), shard: shardOf(plan.siteId) }];
  }
  const count = Math.max(1, Math.min(options.sites, options.stations));
  const planned: [PlannedSite, ...PlannedSite[]] = [plannedSite(options, 1, count, [])];
  for (let number = 2; number <= count; number += 1) planned.push(plannedSite(options, number, count, planned));
  return planned;
}

function plannedSite(
  { seed, stations, pace, share, hasFree = false, ...more }: SitesOptions,
  number: number,
  count: number,
  before: readonly PlannedSite[],
): PlannedSite {
  const own = number === 1 ? seed : Math.floor(rngFor(seed, `site ${number}`).next() * SEEDS);
  const chance = createChance(own);
  const size = Math.floor((stations + count - number) / count);
  const isFree = hasFree && number === 1;
  const sized = planOf(isFree ? size + 1 : size, own, pace, share ?? shareOf(chance));
  const cool = seeking(withModels(sized, { ...more, seed: own }), more);
  const spared = more.isSparing === true ? withFewClosings(cool, own) : cool;
  const first = more.isHot === true ? withDerating(spared, own) : spared;
  const plan = number === 1 ? first : renamed(first, number, idFor(seed, before));
  const site = { number, plan, seed: own, chance, shard: shardOf(plan.siteId) };
  return isFree ? { ...site, ...withFree(plan) } : site;
}

/** Without its last station, whose place is free. */
function withFree({ document, ...plan }: SitePlan): Pick<PlannedSite, 'plan'> & { readonly free?: StationDocument } {
  const { spec } = document;
  const free = spec.stations.at(-1);
  const stations = plan.stations.slice(0, -1);
  const whole = {
    ...plan,
    stations,
    document: { ...document, spec: { ...spec, stations: spec.stations.slice(0, -1) } },
  };
  return { plan: whole, ...(free === undefined ? {} : { free }) };
}

const shardOf = (siteId: string): number => partitionOfKey(siteId, SHARDS);

/** A name by which it comes to a shard without a site, or to that of the first. */
function idFor(seed: number, before: readonly PlannedSite[]): string {
  const taken = before.map(({ shard }) => shard);
  const joins = before.length === MAX_SITES - 1 && rngFor(seed, 'same shard').next() < SAME_SHARD_SHARE;
  for (let at = before.length + 1; ; at += 1) {
    const siteId = `site-${String(at).padStart(3, '0')}`;
    const shard = shardOf(siteId);
    if (joins ? shard === taken[0] : !taken.includes(shard)) return siteId;
  }
}

/** The same site under a name of its own, and so its stations: `LD-00001` of the second is `LD-20001`. */
function renamed({ document, ...plan }: SitePlan, number: number, siteId: string): SitePlan {
  const idOf = (stationId: string): string => stationId.replace(/-\d/, `-${number}`);
  const { spec } = document;
  const stations = spec.stations.map(({ id, ...station }) => ({ ...station, id: idOf(id) }));
  const named = { ...spec, displayName: `${spec.displayName}, the ${number}. of them`, stations };
  return {
    ...{ ...plan, siteId },
    document: { ...document, metadata: { name: siteId }, spec: named },
    stations: plan.stations.map((station) => ({ ...station, stationId: idOf(station.stationId) })),
  };
}
