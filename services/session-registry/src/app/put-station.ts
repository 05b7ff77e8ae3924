import { err, ok, type Result, type SiteId, type StationId } from '@headroom/kernel';
import { type Problem, problem } from '../domain/problem.ts';
import type { RegistryStore, SecretSource } from '../ports.ts';

const STATION_ID = /^[A-Za-z0-9._:-]{1,64}$/;

export interface NewPassword {
  /** In this answer and nowhere else: only its salted hash is stored. */
  readonly password: string;
  readonly siteId: SiteId | undefined;
}

/** Makes a station's credentials anew; the old ones end with it. */
export async function putStation(
  { store, secrets }: { readonly store: RegistryStore; readonly secrets: SecretSource },
  id: StationId,
): Promise<Result<NewPassword, readonly Problem[]>> {
  if (!STATION_ID.test(id)) {
    return err([problem('bad-station-id', `"${id}" is no station id: 1 to 64 of A-Z a-z 0-9 . _ : -`)]);
  }
  const password = secrets.password();
  const credentials = secrets.credentials(password);
  const siteId = await store.turn((turn) => turn.saveCredentials(id, credentials));
  return ok({ password, siteId });
}
