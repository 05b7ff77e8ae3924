import type { Clock } from '@headroom/kernel';
import { type Authorization, authorization } from '../domain/token.ts';
import type { RegistryStore } from '../ports.ts';

/** May this token charge now? */
export async function authorize(
  { store, clock }: { readonly store: RegistryStore; readonly clock: Clock },
  idTokenHash: string,
): Promise<Authorization> {
  return authorization(await store.reads.token(idTokenHash), clock.nowMs());
}
