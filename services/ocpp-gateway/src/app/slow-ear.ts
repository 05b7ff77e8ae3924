import type { Clock, StationId, Timers } from '@headroom/kernel';
import type { BootReported } from '@headroom/ocpp';
import { PACKS, quirksOf } from '@headroom/ocpp/quirks';
import type { StationMemory } from './station-memory.ts';

/** What is known of its model once it has said who it is (H20). */
export const answerDelayOf = ({ vendor, model, firmwareVersion: firmware }: BootReported): number =>
  quirksOf({ vendor, model, firmware }, PACKS).quirks.minAnswerDelayMs;

export interface SlowEarDeps {
  readonly memory: Pick<StationMemory, 'answerDelayMs'>;
  readonly io: Pick<Clock, 'monoMs'> & Timers;
}

/**
 * H20: some stations lose an answer that comes too fast. Resolves once they hear it, counted from the arrival of what is answered; so
 * questions that came together wait once and not one after the other. Only the lane of that one connection waits. Undefined: it hears
 * at once.
 */
export function whenHeard(
  { memory, io }: SlowEarDeps,
  stationId: StationId,
  arrivedMonoMs: number,
): Promise<void> | undefined {
  const waitMs = arrivedMonoMs + memory.answerDelayMs(stationId) - io.monoMs();
  return waitMs <= 0 ? undefined : new Promise((resolve) => io.after(waitMs, resolve));
}
