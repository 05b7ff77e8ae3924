import type { Api } from './api.ts';

/** A small site of one station, made by the public API as a newcomer would; answers the station's password. */
export async function newStation(api: Api, siteId: string, stationId: string): Promise<string> {
  const document = {
    apiVersion: 'headroom/v1',
    kind: 'Site',
    metadata: { name: siteId },
    spec: {
      displayName: `Site of ${stationId}`,
      timezone: 'Europe/Paris',
      nominalVoltageV: 230,
      circuits: [{ name: 'grid', ratingPerPhaseA: 63 }],
      meters: [],
      loads: [],
      stations: [
        {
          id: stationId,
          circuit: 'grid',
          evses: [{ evse: 1, name: 'Only bay', phases: ['L1', 'L2', 'L3'], maxA: 32, minimumA: 6, fallbackA: 6 }],
        },
      ],
      policy: { share: 'equal', lease: '60s' },
    },
  };
  const site = await api.put(`/api/v1/sites/${siteId}`, document);
  if (!site.ok) throw new Error(`site refused: ${await site.text()}`);
  const station = await api.put(`/api/v1/stations/${stationId}`, {});
  if (station.status !== 201) throw new Error(`station refused: ${station.status} ${await station.text()}`);
  return ((await station.json()) as { readonly password: string }).password;
}

/** A card that may charge. */
export async function newToken(api: Api, idToken: string): Promise<void> {
  const answer = await api.put(`/api/v1/tokens/${idToken}`, { label: 'A test driver' });
  if (!answer.ok) throw new Error(`token refused: ${await answer.text()}`);
}
