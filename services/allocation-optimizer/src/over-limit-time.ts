interface Since {
  readonly shard: number;
  readonly monoMs: number;
}

/** Sites that are over a limit, and for how long; it holds no more than those. */
export interface OverLimitTime {
  /** A site as it was decided for just now. Ms that it has been over a limit since it was last looked at. */
  seen(what: {
    readonly siteId: string;
    readonly shard: number;
    readonly isOver: boolean;
    readonly monoMs: number;
  }): number;
  /** They are somebody else's now. */
  forget(shards: readonly number[]): void;
  sites(): number;
}

export function createOverLimitTime(): OverLimitTime {
  const since = new Map<string, Since>();
  return {
    seen: ({ siteId, shard, isOver, monoMs }) => {
      const before = since.get(siteId);
      if (isOver) since.set(siteId, { shard, monoMs });
      else since.delete(siteId);
      return before === undefined || before.shard !== shard ? 0 : Math.max(0, monoMs - before.monoMs);
    },
    forget: (shards) => {
      for (const [siteId, { shard }] of since) if (shards.includes(shard)) since.delete(siteId);
    },
    sites: () => since.size,
  };
}
