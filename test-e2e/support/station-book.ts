import type { Station } from '@headroom/sim';

// What the stations themselves know: the judge of the thread.

export function bayOf(station: Station) {
  const bay = station.bay(1);
  if (bay === undefined) throw new Error(`${station.stationId} has no EVSE 1`);
  return bay;
}

export const drawnKw = (stations: readonly Station[]): number =>
  stations.reduce((sum, station) => sum + bayOf(station).powerW / 1000, 0);

export const isStart = (message: { readonly action: string; readonly payload?: unknown }): boolean =>
  message.action === 'StartTransaction' ||
  (message.action === 'TransactionEvent' && JSON.stringify(message.payload).includes('"Started"'));

interface Received {
  readonly purpose: string;
  readonly kind: string;
  readonly limitA: number;
  readonly durationS: number | undefined;
  readonly startsAtMs: number | undefined;
  readonly receivedAtMs: number;
}

/** What arrived on a station's wire, read from the raw request in either version. */
export function received(station: Station): readonly Received[] {
  return station.ledger().profiles.flatMap(({ request, receivedAtMs }) => {
    const body = request as Record<string, Record<string, unknown>>;
    const profile = body['csChargingProfiles'] ?? body['chargingProfile'];
    const schedule = [profile?.['chargingSchedule']].flat()[0] as Record<string, unknown> | undefined;
    const periods = schedule?.['chargingSchedulePeriod'] as readonly { readonly limit: number }[] | undefined;
    if (profile === undefined || schedule === undefined || periods === undefined) return [];
    const starts = schedule['startSchedule'] as string | undefined;
    return [
      {
        purpose: String(profile['chargingProfilePurpose']),
        kind: String(profile['chargingProfileKind']),
        limitA: periods[0]?.limit ?? Number.NaN,
        durationS: schedule['duration'] as number | undefined,
        startsAtMs: starts === undefined ? undefined : Date.parse(starts),
        receivedAtMs,
      },
    ];
  });
}

/** What a station lets its car draw at an instant, by its own book: the limit it obeyed, on the phases the car uses. */
export function heldKwAt(station: Station, atMs: number): number {
  const bay = bayOf(station);
  if (bay.transaction === undefined) return 0;
  const obeyed = station.ledger().limits.findLast((limit) => limit.atMs <= atMs);
  return ((obeyed?.limitA ?? 0) * bay.phasesUsed * 230) / 1_000;
}
