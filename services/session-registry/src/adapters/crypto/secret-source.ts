import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { SecretSource } from '../../ports.ts';

// Without 0, O, 1, l and I: people read passwords aloud beside a station.
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const PASSWORD_CHARACTERS = 24;
const SALT_BYTES = 16;

export const passwordHash = (salt: Uint8Array, password: string): Uint8Array =>
  createHash('sha256').update(salt).update(password, 'utf8').digest();

export const secretSource: SecretSource = {
  password: () =>
    Array.from({ length: PASSWORD_CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join(''),
  // A keyed fast hash is enough for random passwords, and cheap when thousands reconnect at once (R14).
  credentials: (password) => {
    const salt = randomBytes(SALT_BYTES);
    return { salt, hash: passwordHash(salt, password) };
  },
};
