import type { Pipe } from './pipe.ts';
import type { FaultClass, Faults } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * For so long one direction of a connection is dead, while the other works. Below the 25 s of a ping and the 30 s of a call it heals before
 * anybody knows; above 100 s the station, or its gateway, has given the connection up (three calls of 30 s; two pings and the next look).
 */
export const DEAF_MS: readonly [number, number] = [2_000, 100_000];
/** Of limits that are written to a station, those from which on it hears nothing. */
const LIMIT_SHARE = 0.02;
/** Of messages of a station that are no answers, those from which on it is not heard. */
const CALL_SHARE = 0.005;
const DEAF: FaultClass = 'deaf-line';

/** Which end hears nothing. */
export type DeafEnd = 'station' | 'gateway';

/** One direction of a connection that can die alone. */
export interface DeafPipe extends Pipe {
  /** From now on nothing that goes in comes out, neither frames nor the end of the connection, until `heals`. */
  deafens(): void;
  /** All that went in since comes out after another way through the pipe, in order. */
  heals(): void;
  isDeaf(): boolean;
}

/**
 * TCP loses no single frame: what is not acknowledged is sent again until it is, and all behind it waits. So a broken direction keeps
 * what it is given, in order, and lets it go late; or the connection is given up before that, and nobody is there who takes it. How much it keeps is
 * bounded by who writes: a station has one open call (OCPP-J 4.1.1), and a gateway looks at what its socket still holds.
 */
export function createDeafPipe(pipe: Pipe): DeafPipe {
  let kept: (() => void)[] | undefined;
  return {
    ...pipe,
    push(arrive, latencyMs) {
      if (kept === undefined) pipe.push(arrive, latencyMs);
      else kept.push(arrive);
    },
    isDeaf: () => kept !== undefined,
    deafens() {
      kept ??= [];
    },
    heals() {
      const waiting = kept ?? [];
      kept = undefined;
      for (const arrive of waiting) pipe.push(arrive);
    },
  };
}

export interface DeafnessDeps {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly tell: (line: string) => void;
}

/** Draws when a direction of a connection dies. `stationId`, `line`: whose connection it is, and its number. */
export interface Deafness {
  /** A limit is about to be written: perhaps the station hears nothing from it on. */
  limitGoes(toStation: DeafPipe): void;
  /** The station is about to say something that is no answer: perhaps nobody hears it from there on. */
  callGoes(toGateway: DeafPipe): void;
}

export function createDeafness(
  { time, faults, tell }: DeafnessDeps,
  { stationId, line }: { readonly stationId: string; readonly line: number },
): Deafness {
  const count: Record<DeafEnd, number> = { station: 0, gateway: 0 };
  const goes = (end: DeafEnd, pipe: DeafPipe, share: number): void => {
    count[end] += 1;
    const which = `${end} ${stationId} ${line}`;
    if (pipe.isDeaf() || !faults.fires(DEAF, which, count[end], share)) return;
    const forMs = faults.extent(DEAF, which, count[end], DEAF_MS);
    tell(
      `${end === 'station' ? `${stationId} hears nothing` : `nobody hears ${stationId}`} for ${Math.round(forMs)} ms`,
    );
    pipe.deafens();
    time.after(forMs, `${which} heals`, pipe.heals);
  };
  return {
    limitGoes: (pipe) => goes('station', pipe, LIMIT_SHARE),
    callGoes: (pipe) => goes('gateway', pipe, CALL_SHARE),
  };
}
