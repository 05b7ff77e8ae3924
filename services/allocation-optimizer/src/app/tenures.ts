import type { SiteLane } from './site-lane.ts';
import type { ShardTenure } from './shard-tenure.ts';

/** Sites of one process at most; a record of a further one is refused. */
export const MAX_SITES = 10_000;

/** The shards that are ours, each with its tenure. */
export class Tenures {
  readonly #tenures = new Map<number, ShardTenure>();

  begin(tenure: ShardTenure): void {
    this.#tenures.set(tenure.shard, tenure);
  }

  end(shard: number): void {
    this.#tenures.get(shard)?.end();
    this.#tenures.delete(shard);
  }

  of = (shard: number): ShardTenure | undefined => this.#tenures.get(shard);
  all = (): readonly ShardTenure[] => [...this.#tenures.values()];
  lanes = (): readonly SiteLane[] => this.all().flatMap((tenure) => tenure.lanes());

  /** How many sites are held in other shards than this one. */
  sitesBeside(shard: number): number {
    let count = 0;
    for (const tenure of this.#tenures.values()) if (tenure.shard !== shard) count += tenure.siteCount();
    return count;
  }
}
