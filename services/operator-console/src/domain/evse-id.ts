import { type EvseId, evseId, type StationId, stationId } from '@headroom/kernel';

/** OCPP identities: at most 48 characters that need no escape in a URL path but `/`. */
export const STATION_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,47}$/;
const EVSE_ID = /^([A-Za-z0-9*\-_=:+|@.]{1,48})\/([1-9]\d{0,3})$/;

/** The station and number in `<stationId>/<n>`, or undefined. */
export function parseEvseId(
  text: string,
): { readonly stationId: StationId; readonly evse: number; readonly evseId: EvseId } | undefined {
  const [, station, number] = EVSE_ID.exec(text) ?? [];
  if (station === undefined || number === undefined) return undefined;
  const evse = Number(number);
  return { stationId: stationId(station), evse, evseId: evseId(stationId(station), evse) };
}
