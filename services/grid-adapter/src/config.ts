import { ok, type Result } from '@headroom/kernel';

/** No source of grid signals can be configured yet. */
export type GridAdapterConfig = Readonly<Record<never, never>>;

export const readEnv = (): GridAdapterConfig => ({});

export const toConfig = (raw: GridAdapterConfig): Result<GridAdapterConfig, readonly string[]> =>
  ok(Object.freeze(raw));
