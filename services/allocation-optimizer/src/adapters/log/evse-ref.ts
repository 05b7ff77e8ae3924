import { type EvseId, stationId } from '@headroom/kernel';

/** An id is the station's, a slash, and a number. */
export function refOf(evseId: EvseId): { readonly stationId: string; readonly evse: number } {
  const at = evseId.lastIndexOf('/');
  return { stationId: stationId(evseId.slice(0, at)), evse: Number(evseId.slice(at + 1)) };
}
