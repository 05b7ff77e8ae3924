import type { Clock, EpochMs } from '@headroom/kernel';
import type { RequestRefusal, StationAnswer } from '@headroom/ocpp';
import type { BoundedMap } from '../domain/bounded-map.ts';
import type { Span } from '@headroom/telemetry';
import type { GatewayEvents } from '../events.ts';
import type { Arrivals, Digests } from '../ports.ts';
import type { Authorize } from './authorizer.ts';
import type { Connection } from './connections.ts';
import type { Recorder } from './recorder.ts';
import type { StationMemory } from './station-memory.ts';

/** Answers remembered for repeats, by event id (I7): some minutes of a busy gateway. */
export const MAX_REMEMBERED_ANSWERS = 50_000;

/** What a request comes to. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: StationAnswer }
  | { readonly kind: 'refuse'; readonly refusal: RequestRefusal }
  /** Nothing may be said: what it asks to acknowledge is not durable. */
  | { readonly kind: 'silence' };

export interface RequestOrigin {
  readonly connection: Connection;
  readonly receivedAtMs: EpochMs;
  readonly frame: string;
  /** Absent: not traced. */
  readonly span?: Span;
}

export interface HandlerDeps {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly memory: StationMemory;
  readonly arrivals: Pick<Arrivals, 'booted'>;
  readonly digests: Digests;
  readonly authorize: Authorize;
  readonly answers: BoundedMap<string, StationAnswer>;
  readonly events: GatewayEvents;
  readonly heartbeatIntervalS: number;
  readonly meterSampleIntervalS: number;
}
