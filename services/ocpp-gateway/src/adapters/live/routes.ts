import { gatewayV1 } from '@headroom/contracts';
import type { LiveState } from '@headroom/live-state';
import type { GatewayEvents } from '../../events.ts';
import type { Route, Routes } from '../../ports.ts';

/** Renewals that may be missed before a route vanishes. */
const MISSED_RENEWALS = 4;

export interface RoutesDeps {
  readonly live: LiveState;
  readonly events: GatewayEvents;
  readonly renewEveryMs: number;
  readonly gatewayAddress: () => string;
}

/**
 * Live state `route:<stationId>`, versioned by (generation, renewal): a gateway that lost a station never overwrites the
 * one that has it. Nothing waits for it: the dispatcher also learns the route from `StationConnected` (R15).
 */
export function createRoutes(deps: RoutesDeps): Routes {
  const { live, events } = deps;
  const lost = (cause: unknown): void => events.routeNotWritten(cause instanceof Error ? cause.message : 'unknown');
  return {
    put(route, onLost) {
      const value = gatewayV1.Route.encode(toWire(route, deps.gatewayAddress())).finish();
      live
        .put({
          family: 'route',
          id: route.stationId,
          version: versionOf(route, 0n),
          value,
          ttlMs: deps.renewEveryMs * MISSED_RENEWALS,
        })
        .then(async (outcome) => {
          if (outcome === 'stale') await tellLoss(live, route, onLost);
        })
        .catch(lost);
    },
    remove(route) {
      live.remove('route', route.stationId, versionOf(route, 1n)).catch(lost);
    },
  };
}

/** Refused writes alone prove nothing: what stands there must be of a newer connection. */
async function tellLoss(live: LiveState, route: Route, onLost: (newerGeneration: number) => void): Promise<void> {
  const standing = await live.get('route', route.stationId);
  const generation = Number(standing?.version.epoch ?? 0n);
  if (generation > route.generation) onLost(generation);
}

const versionOf = (route: Route, later: bigint) => ({
  epoch: BigInt(route.generation),
  offset: BigInt(route.renewal) + later,
});

const toWire = (route: Route, gatewayAddress: string): gatewayV1.Route => ({
  stationId: route.stationId,
  gatewayAddress,
  connectionGeneration: BigInt(route.generation),
  connectedAtMs: BigInt(route.connectedAtMs),
});
