import type { dispatchV1, stationV1 } from '@headroom/contracts';
import { epochMs } from '@headroom/kernel';
import type { LimitTold, StationLimit } from '@headroom/site-model';

type Told = Omit<StationLimit, 'validUntilMs'>;

/** What a station told of a limit that somebody beside us has put on it. */
export const limitFromWire = (wire: stationV1.ChargingLimitNotified): Told => ({
  evse: wire.evse,
  source: wire.source,
  isGridCritical: wire.gridCritical,
  schedules: wire.schedules.map(({ inWatts, steps, untilMs }) => ({
    unit: inWatts ? 'W' : 'A',
    steps: steps.map(({ fromMs, limit }) => ({ fromMs: Number(fromMs), limit: Number(limit) })),
    ...(untilMs === undefined ? {} : { untilMs: Number(untilMs) }),
  })),
});

const limitToWire = ({ evse, source, isGridCritical, schedules }: Told): stationV1.ChargingLimitNotified => ({
  ...{ evse, source, gridCritical: isGridCritical, localGeneration: false },
  schedules: schedules.map(({ unit, steps, untilMs }) => ({
    inWatts: unit === 'W',
    steps: steps.map(({ fromMs, limit }) => ({ fromMs: BigInt(fromMs), limit: BigInt(limit) })),
    untilMs: untilMs === undefined ? undefined : BigInt(untilMs),
  })),
});

/** As it stands in a snapshot. */
export const heldLimitToWire = (limit: StationLimit): stationV1.HeldChargingLimit => ({
  limit: limitToWire(limit),
  validUntilMs: BigInt(limit.validUntilMs),
  unlisted: limit.isUnlisted === true,
});

/** One without its limit is none. */
export const heldLimitFromWire = ({
  limit,
  validUntilMs,
  unlisted,
}: stationV1.HeldChargingLimit): readonly StationLimit[] => {
  if (limit === undefined) return [];
  const isUnlisted = unlisted ? ({ isUnlisted: true } as const) : {};
  return [{ ...limitFromWire(limit), validUntilMs: Number(validUntilMs), ...isUnlisted }];
};

export const missingLimitToWire = ({ evse, source, toldAtMs }: LimitTold): dispatchV1.MissingLimit => ({
  ...{ evse, source, toldAtMs: BigInt(Math.round(toldAtMs)) },
});

export const missingLimitFromWire = ({ evse, source, toldAtMs }: dispatchV1.MissingLimit): LimitTold => ({
  ...{ evse, source, toldAtMs: epochMs(Number(toldAtMs)) },
});
