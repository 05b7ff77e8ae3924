import type { StationRequest } from './canonical.ts';

/** What a version makes of the payload of a CALL. */
export type Reading =
  | { readonly kind: 'request'; readonly request: StationRequest }
  /** A field without which the message means nothing is absent or unreadable. */
  | { readonly kind: 'missing'; readonly field: string }
  | { readonly kind: 'unsupported-action' };

export const request = (value: StationRequest): Reading => ({ kind: 'request', request: value });
export const missing = (field: string): Reading => ({ kind: 'missing', field });
