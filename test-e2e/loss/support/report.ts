import { expect } from '@jest/globals';
import type { Turns } from './turns.ts';

/** Of every loss whose owner is started again, or that others stand in for. */
const CONTROL_WITHIN_MS = 10_000;
/** A car leaves, and another comes: starts and stops under load. */
export const CROWD_MS = 3_000;

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export const reportKill = (what: string, held: string, backMs: number): void =>
  void process.stdout.write(`killed ${what} which held ${held}: back after ${seconds(backMs)}\n`);

export interface Back {
  readonly sinceMs: number;
  /** How long after that control was back. */
  readonly backMs: number;
}

/**
 * Control was back in time. Ten seconds are a claim about the platform: what the machine gave to others over
 * that time, which runs other tests beside, is told by how late our own turns came, is printed, and is left out.
 */
export function expectInTime({ turns }: { readonly turns: Pick<Turns, 'lateMs'> }, { sinceMs, backMs }: Back): void {
  const lateMs = turns.lateMs(sinceMs, sinceMs + backMs);
  if (backMs > CONTROL_WITHIN_MS) {
    process.stdout.write(`of ${seconds(backMs)} this process waited ${seconds(lateMs)} for its turns\n`);
  }
  expect(backMs - lateMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
}
