import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Digests } from '../../ports.ts';

export function createDigests(keys: { readonly idTokenKey: string; readonly transactionIdKey: string }): Digests {
  return {
    sha256Hex: (text) => hash('sha256', text, 'hex'),
    idTokenHash: (token) => createHmac('sha256', keys.idTokenKey).update(token).digest('hex'),
    transactionHmac: (eventId) => createHmac('sha256', keys.transactionIdKey).update(eventId).digest('hex'),
    passwordMatches(station, password) {
      // Fast on purpose: station passwords are random, and a storm of reconnects must not cost a core (R14).
      const given = createHash('sha256').update(station.passwordSalt).update(password, 'utf8').digest();
      return given.length === station.passwordHash.length && timingSafeEqual(given, station.passwordHash);
    },
    decodeBase64: (text) => Buffer.from(text, 'base64').toString('utf8'),
  };
}
