import { gatewayV1 } from '@headroom/contracts';
import type { Service } from '@headroom/service-host';
import { OBEYS_WITHIN_MS } from '../domain/earlier-limit.ts';
import { createRig, profileIn, settled } from './rig.ts';

export type Rig = Awaited<ReturnType<typeof createRig>>;

/** Stations, booted and proven for so long, a car at each, and the dispatcher that has done it. */
export async function chargingBy(
  stations: number,
  forMs = OBEYS_WITHIN_MS,
): Promise<{ readonly rig: Rig; readonly first: Service }> {
  const rig = await createRig();
  await rig.configure(stations);
  const first = rig.assemble();
  await first.start();
  await settled();
  const names = Array.from({ length: stations }, (_, n) => `ST-${n + 1}`);
  for (const stationId of names) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  // Until then they may hold what they were told at another site (HO-15).
  rig.time.advance(forMs);
  await settled();
  for (const stationId of names) await rig.start(stationId);
  return { rig, first };
}

/** Two of them. */
export const charging = async (): Promise<Rig> => (await chargingBy(2)).rig;

export const limitOf = ({ action }: gatewayV1.StationCommand): string =>
  `${profileIn(action)?.purpose === gatewayV1.ProfilePurpose.TX ? 'lease' : 'fallback'} ${(profileIn(action)?.periods[0]?.limitDeciA ?? 0) / 10}`;
export const sentTo = (rig: Rig): readonly string[] =>
  rig.commands().map((command) => `${command.stationId} ${limitOf(command)}`);
export const resolutions = (rig: Rig): readonly string[] =>
  rig.journal.flatMap(({ fact }) =>
    fact?.$case === 'limitResolved' ? [`${fact.value.stationId} ${fact.value.outcome}`] : [],
  );
