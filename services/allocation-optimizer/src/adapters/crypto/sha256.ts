import { createHash } from 'node:crypto';
import type { Hasher } from '../../ports.ts';

export const sha256Hasher: Hasher = {
  sha256Hex: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
};
