import type { siteStateV1 } from '@headroom/contracts';
import { gridV1 } from '@headroom/contracts';
import { type CircuitId, circuitId, epochMs, watts } from '@headroom/kernel';
import type {
  GridCarbon,
  GridCauseKind,
  GridLimit,
  GridPrice,
  GridTimeline,
  GridTimelines,
} from '../../domain/grid-timeline.ts';
import { causeKindOf } from './grid-facts.ts';

const KINDS: Readonly<Record<GridCauseKind, gridV1.GridCauseKind>> = {
  event: gridV1.GridCauseKind.EVENT,
  return: gridV1.GridCauseKind.RETURN,
  fallback: gridV1.GridCauseKind.FALLBACK,
};

/** What the grid asks, in the memory of an owner. `gridMemoryOf` reads it back, without any loss. */
export const gridMemoryToWire = (grid: GridTimelines): siteStateV1.GridTimelineMemory[] =>
  [...grid].map(([target, { version, limits, prices = [], carbon = [] }]) => ({
    circuitId: target === '' ? undefined : target,
    version,
    limits: limits.map(({ startMs, endMs, limitW, kind, source, eventId }) => ({
      startMs: BigInt(startMs),
      endMs: endMs === undefined ? undefined : BigInt(endMs),
      limitW: BigInt(limitW),
      kind: KINDS[kind],
      source,
      eventId,
    })),
    prices: prices.map(({ startMs, endMs, currency, microPerKwh }) => ({
      startMs: BigInt(startMs),
      endMs: endMs === undefined ? undefined : BigInt(endMs),
      currency,
      microPerKwh: BigInt(microPerKwh),
    })),
    carbon: carbon.map(({ startMs, endMs, mgPerKwh }) => ({
      startMs: BigInt(startMs),
      endMs: endMs === undefined ? undefined : BigInt(endMs),
      mgPerKwh: BigInt(mgPerKwh),
    })),
  }));

export const gridMemoryOf = (wire: readonly siteStateV1.GridTimelineMemory[]): GridTimelines =>
  new Map(
    wire.map(({ circuitId: target, version, limits, prices, carbon }): [CircuitId | '', GridTimeline] => [
      target === undefined ? '' : circuitId(target),
      {
        ...{ version, limits: limits.map(limitOf) },
        ...(prices.length === 0 ? {} : { prices: prices.map(priceOf) }),
        ...(carbon.length === 0 ? {} : { carbon: carbon.map(carbonOf) }),
      },
    ]),
  );

const priceOf = ({ startMs, endMs, currency, microPerKwh }: siteStateV1.GridPriceMemory): GridPrice => ({
  startMs: epochMs(Number(startMs)),
  ...(endMs === undefined ? {} : { endMs: epochMs(Number(endMs)) }),
  ...{ currency, microPerKwh: Number(microPerKwh) },
});

const carbonOf = ({ startMs, endMs, mgPerKwh }: siteStateV1.GridCarbonMemory): GridCarbon => ({
  startMs: epochMs(Number(startMs)),
  ...(endMs === undefined ? {} : { endMs: epochMs(Number(endMs)) }),
  mgPerKwh: Number(mgPerKwh),
});

const limitOf = ({ startMs, endMs, limitW, kind, source, eventId }: siteStateV1.GridLimitMemory): GridLimit => ({
  startMs: epochMs(Number(startMs)),
  ...(endMs === undefined ? {} : { endMs: epochMs(Number(endMs)) }),
  limitW: watts(Number(limitW)),
  kind: causeKindOf(kind),
  source,
  eventId,
});
