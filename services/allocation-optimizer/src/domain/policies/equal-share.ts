import { compareNumbers, compareText } from '@headroom/kernel';
import type { Policy } from './policy.ts';

/** Equal current for everybody (KP1), first come first admitted. A car that wants nothing keeps nobody out. */
export const equalShare: Policy = {
  name: 'equal-share',
  compare: (a, b) =>
    compareNumbers(Number(a.idle), Number(b.idle)) ||
    compareNumbers(a.startedAtMs, b.startedAtMs) ||
    compareText(a.evseId, b.evseId),
  kernelOf: () => ({ base: 0, weight: 1 }),
  sharedHow: 'shared equally',
};
