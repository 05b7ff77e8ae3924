import { gatewayV1 } from '@headroom/contracts';
import { createRig, settled } from './rig.ts';

export type Rig = Awaited<ReturnType<typeof createRig>>;

/** Two stations, booted and proven, a car at each. */
export async function charging(): Promise<Rig> {
  const rig = await createRig();
  await rig.configure(2);
  await rig.assemble().start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2']) await rig.start(stationId);
  return rig;
}

export const limitOf = ({ action }: gatewayV1.StationCommand): string =>
  `${action?.value.purpose === gatewayV1.ProfilePurpose.TX ? 'lease' : 'fallback'} ${(action?.value.periods[0]?.limitDeciA ?? 0) / 10}`;
export const sentTo = (rig: Rig): readonly string[] =>
  rig.commands().map((command) => `${command.stationId} ${limitOf(command)}`);
export const resolutions = (rig: Rig): readonly string[] =>
  rig.journal.flatMap(({ fact }) =>
    fact?.$case === 'limitResolved' ? [`${fact.value.stationId} ${fact.value.outcome}`] : [],
  );
