import { err, ok, type Result } from '@headroom/kernel';

/** Environment as it came. */
export interface RawAllocationOptimizerConfig {
  readonly coalesceMs: string | undefined;
  readonly snapshotEveryMs: string | undefined;
  readonly copyEveryMs: string | undefined;
  readonly keepInputs: string | undefined;
  readonly plan: string | undefined;
  readonly planEveryMs: string | undefined;
  readonly planDeadlineMs: string | undefined;
}

export interface AllocationOptimizerConfig {
  /**
   * Facts within this time lead to one decision, milliseconds, default 20. Facts that lower a limit never wait. Too
   * small: a decision per fact; too large: a car waits for its current.
   */
  readonly coalesceMs: number;
  /**
   * How often the live state of a site is written at most, milliseconds, default 250. Too small: load on the live
   * store for changes nobody can see; above 1,000: the console lags.
   */
  readonly snapshotEveryMs: number;
  /**
   * How often the copy of a site from which the next owner goes on is written at most, milliseconds, default 5,000; unchanged,
   * half as often. Too small: traffic of the log; too large: the next owner reads a longer past before it decides.
   */
  readonly copyEveryMs: number;
  /**
   * Whether what each decision was made from is kept in the log, so that it can be replayed; `on` or `off`, default `on`. It takes about a
   * fifth of the bytes of the decisions themselves. `off`: no decision made meanwhile can ever be replayed.
   */
  readonly keepInputs: boolean;
  /**
   * Whether sites are planned, default yes. Without plans the fast loop shares alone: limits are kept as before, and whoever comes later
   * is not thought of.
   */
  readonly plans: boolean;
  /**
   * How often a site is planned anew, milliseconds, default 300,000; in between where something happens. Too small: the thread of the
   * solver never rests; a plan is ignored once it is 600,000 old, so above half of that one that is missed leaves the site without.
   */
  readonly planEveryMs: number;
  /**
   * What one plan may take to solve, milliseconds of real time, default 10,000. After twice as long its thread is ended. Too small: large
   * sites have no plan; too large: one that hangs keeps the others waiting.
   */
  readonly planDeadlineMs: number;
}

export const DEFAULT_ALLOCATION_OPTIMIZER_CONFIG: AllocationOptimizerConfig = Object.freeze({
  coalesceMs: 20,
  snapshotEveryMs: 250,
  copyEveryMs: 5_000,
  keepInputs: true,
  ...{ plans: true, planEveryMs: 300_000, planDeadlineMs: 10_000 },
});

export const readEnv = (env: Readonly<Record<string, string | undefined>>): RawAllocationOptimizerConfig => ({
  coalesceMs: env['HEADROOM_OPTIMIZER_COALESCE_MS'],
  snapshotEveryMs: env['HEADROOM_OPTIMIZER_SNAPSHOT_EVERY_MS'],
  copyEveryMs: env['HEADROOM_OPTIMIZER_COPY_EVERY_MS'],
  keepInputs: env['HEADROOM_OPTIMIZER_KEEP_INPUTS'],
  plan: env['HEADROOM_OPTIMIZER_PLAN'],
  planEveryMs: env['HEADROOM_OPTIMIZER_PLAN_EVERY_MS'],
  planDeadlineMs: env['HEADROOM_OPTIMIZER_PLAN_DEADLINE_MS'],
});

/** The configuration, or one sentence for each thing that is wrong. */
export function toConfig(raw: RawAllocationOptimizerConfig): Result<AllocationOptimizerConfig, readonly string[]> {
  const problems: string[] = [];
  const read = (
    name: string,
    text: string | undefined,
    bounds: readonly [number, number],
    fallback: number,
  ): number => {
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= bounds[0] && value <= bounds[1]) return value;
    problems.push(`${name} is "${text}"; it must be whole milliseconds from ${bounds[0]} to ${bounds[1]}.`);
    return fallback;
  };
  const defaults = DEFAULT_ALLOCATION_OPTIMIZER_CONFIG;
  const coalesceMs = read('HEADROOM_OPTIMIZER_COALESCE_MS', raw.coalesceMs, [1, 500], defaults.coalesceMs);
  const snapshotEveryMs = read(
    'HEADROOM_OPTIMIZER_SNAPSHOT_EVERY_MS',
    raw.snapshotEveryMs,
    [50, 1_000],
    defaults.snapshotEveryMs,
  );
  const copyEveryMs = read('HEADROOM_OPTIMIZER_COPY_EVERY_MS', raw.copyEveryMs, [1_000, 60_000], defaults.copyEveryMs);
  const keepInputs = raw.keepInputs === undefined || raw.keepInputs === '' ? 'on' : raw.keepInputs;
  if (keepInputs !== 'on' && keepInputs !== 'off') {
    problems.push(`HEADROOM_OPTIMIZER_KEEP_INPUTS is "${keepInputs}"; it must be on or off.`);
  }
  const planEveryMs = read(
    'HEADROOM_OPTIMIZER_PLAN_EVERY_MS',
    raw.planEveryMs,
    [10_000, 600_000],
    defaults.planEveryMs,
  );
  const planDeadlineMs = read(
    'HEADROOM_OPTIMIZER_PLAN_DEADLINE_MS',
    raw.planDeadlineMs,
    [100, 60_000],
    defaults.planDeadlineMs,
  );
  const { plan = '' } = raw;
  if (!['', 'on', 'off'].includes(plan)) problems.push(`HEADROOM_OPTIMIZER_PLAN is "${plan}"; it must be on or off.`);
  const plans = plan === '' ? defaults.plans : plan === 'on';
  const config = {
    ...{ coalesceMs, snapshotEveryMs, copyEveryMs, keepInputs: keepInputs === 'on' },
    ...{ plans, planEveryMs, planDeadlineMs },
  };
  return problems.length > 0 ? err(problems) : ok(Object.freeze(config));
}
