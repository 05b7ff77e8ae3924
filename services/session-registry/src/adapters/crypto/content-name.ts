import { createHash } from 'node:crypto';
import type { ContentName } from '../../ports.ts';

/** 32 hexadecimal characters: 128 bits of a SHA-256 over the parts, each with its length before it. */
export const contentName: ContentName = (parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 32);
};
