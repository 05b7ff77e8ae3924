import { type EpochMs, type EvseId, evseId, type SiteId, type StationId, type TransactionId } from '@headroom/kernel';
import type { Socket } from './derive-phases.ts';
import { parseSampledValues } from './parse-sampled-values.ts';
import type { EvseSample, SampledText } from './samples.ts';
import { timeOfSample } from './station-time.ts';

/** The meter values of one message of a station, whichever message carried them. */
export interface MeterMessage {
  /** Content key of the message. */
  readonly eventId: string;
  readonly siteId: SiteId;
  readonly stationId: StationId;
  /** 0: the station as a whole, or not said. */
  readonly evse: number;
  readonly transactionId: TransactionId;
  readonly receivedAtMs: EpochMs;
  /** The station says that it queued the message. */
  readonly offline: boolean;
  readonly values: readonly { readonly stationTimeMs: EpochMs; readonly sampled: readonly SampledText[] }[];
}

/** What a message came to. */
export interface UnderstoodMessage {
  readonly samples: readonly EvseSample[];
  /** Sampled values that could not be used. */
  readonly dropped: number;
}

/** Meter values of one message that are read (H45); a 1.6 StopTransaction may carry a whole night. */
export const MAX_METER_VALUES = 2_000;

/** Three conductors at 230 V, for an EVSE that no document describes. */
const UNKNOWN_SOCKET: Socket = { phases: 3, nominalVoltageV: 230 };

/** The samples of a message, in its order; values that say nothing usable are left out. */
export function understandMessage(message: MeterMessage, sockets: ReadonlyMap<EvseId, Socket>): UnderstoodMessage {
  const socket = sockets.get(evseId(message.stationId, message.evse)) ?? UNKNOWN_SOCKET;
  const samples: EvseSample[] = [];
  let dropped = 0;
  const read = message.values.length > MAX_METER_VALUES ? message.values.slice(0, MAX_METER_VALUES) : message.values;
  for (const [index, value] of read.entries()) {
    const measured = parseSampledValues(value.sampled, socket);
    if (measured === undefined) {
      dropped += value.sampled.length;
      continue;
    }
    const { stationTimeMs, sampledAtMs, late } = timeOfSample(
      value.stationTimeMs,
      message.receivedAtMs,
      message.offline,
    );
    const { dropped: droppedHere, quality, ...rest } = measured;
    dropped += droppedHere;
    samples.push({
      ...rest,
      stationTimeMs,
      sampledAtMs,
      siteId: message.siteId,
      stationId: message.stationId,
      evse: message.evse,
      transactionId: message.transactionId,
      sampleKey: `${message.eventId}/${index}`,
      receivedAtMs: message.receivedAtMs,
      quality: late ? 'late' : quality,
    });
  }
  return { samples, dropped };
}
