import { createHmac } from 'node:crypto';
import type { HashIdToken } from '../ports.ts';

/** Hex HMAC-SHA256, as the gateway makes it of what a station sends. */
export const createHashIdToken =
  (key: string): HashIdToken =>
  (idToken) =>
    createHmac('sha256', key).update(idToken).digest('hex');
