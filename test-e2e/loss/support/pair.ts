import { expect, type test } from '@jest/globals';
import type { StackSite } from './stack-site.ts';

/** What the titles on two of everything share: one stack, one full site. */
export interface Pair {
  /** Skips where the stack cannot be had. */
  readonly on: typeof test | typeof test.skip;
  /** Once the stack is up. */
  readonly at: () => StackSite;
  /** Cars leave and others come, one every so often, until `calm`. */
  crowd(everyMs: number): void;
  calm(): void;
}

/** What every title rests on. */
export function expectNothingOver({ site }: StackSite): void {
  expect(site.judge.breaches()).toEqual([]);
  expect(site.tap.nameless()).toBe(0);
}
