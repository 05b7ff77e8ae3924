import { randomBytes, randomUUID } from 'node:crypto';
import type { IdSource, Rng } from '@headroom/kernel';

export const systemIds = (): IdSource => ({ next: () => randomUUID() });

/** 48 bits of the system's own entropy a number. */
export const systemRng = (): Rng => ({ next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48 });
