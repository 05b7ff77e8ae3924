import { ok, type Result } from '@headroom/kernel';

/** No source of grid signals can be configured yet. */
export interface GridAdapterConfig {
  readonly sources: readonly [];
}

export const readEnv = (): GridAdapterConfig => ({ sources: [] });

export const toConfig = (raw: GridAdapterConfig): Result<GridAdapterConfig, readonly string[]> =>
  ok(Object.freeze(raw));
