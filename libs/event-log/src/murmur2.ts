const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const ENCODER = new TextEncoder();

/** MurmurHash2 of the bytes as Kafka's Java client computes it, a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  if (whole < bytes.length) {
    for (let at = bytes.length - 1; at >= whole; at -= 1) hash ^= view.getUint8(at) << (8 * (at - whole));
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

/** The partition of a key among `partitions`: the same as Java's and kafkajs' default partitioners. */
export const partitionOfKey = (key: string, partitions: number): number =>
  (murmur2(ENCODER.encode(key)) & 0x7fffffff) % partitions;
