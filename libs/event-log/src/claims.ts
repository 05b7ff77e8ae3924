const VERSION = 1;
const HEADER_BYTES = 1;
const CLAIM_BYTES = 12;
/** Claims of a member at most; what is beyond it counts as not claimed. A group has 64 shards, six at home. */
export const MAX_CLAIMS = 4_096;

/** Claims as user data of a member: a version byte, then a shard (4 bytes) and its epoch (8 bytes) each. */
export function encodeClaims(claims: ReadonlyMap<number, bigint>): Buffer {
  const kept = [...claims].slice(0, MAX_CLAIMS);
  const data = Buffer.alloc(HEADER_BYTES + kept.length * CLAIM_BYTES);
  data.writeUInt8(VERSION, 0);
  for (const [index, [shard, epoch]] of kept.entries()) {
    const at = HEADER_BYTES + index * CLAIM_BYTES;
    data.writeUInt32BE(shard, at);
    data.writeBigInt64BE(epoch, at + 4);
  }
  return data;
}

/** What another member wrote, of another release perhaps: what we do not understand claims nothing. */
export function decodeClaims(data: Buffer): ReadonlyMap<number, bigint> {
  const claims = new Map<number, bigint>();
  const isOurs = data.length > 0 && data.readUInt8(0) === VERSION && (data.length - HEADER_BYTES) % CLAIM_BYTES === 0;
  if (!isOurs) return claims;
  for (let at = HEADER_BYTES; at < data.length && claims.size < MAX_CLAIMS; at += CLAIM_BYTES) {
    claims.set(data.readUInt32BE(at), data.readBigInt64BE(at + 4));
  }
  return claims;
}
