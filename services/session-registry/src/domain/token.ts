import type { EpochMs } from '@headroom/kernel';

/** A token that may charge, known by its hash alone. */
export interface Token {
  readonly idTokenHash: string;
  readonly status: 'accepted' | 'blocked';
  readonly validUntilMs: EpochMs | undefined;
  /** A name for people. */
  readonly label: string;
}

export type Authorization = 'accepted' | 'blocked' | 'expired' | 'invalid';

/** May it charge now? A token that nobody registered is invalid. */
export function authorization(token: Token | undefined, nowMs: EpochMs): Authorization {
  if (token === undefined) return 'invalid';
  if (token.status === 'blocked') return 'blocked';
  return token.validUntilMs !== undefined && token.validUntilMs <= nowMs ? 'expired' : 'accepted';
}
