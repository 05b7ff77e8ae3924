import { hash } from 'node:crypto';
import type { Hasher } from '../../ports.ts';

export const sha256Hasher: Hasher = {
  sha256Hex: (text) => hash('sha256', text, 'hex'),
};
