/** Fields of StationFact (proto/headroom/station/v1/station_facts.proto). */
const STATION_ID = 1;
const RAW_FRAME = 5;
/** Wire types of protobuf that these records hold. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * Station and frame of an encoded StationFact. Both come before all that the frame means, which nobody here asks for: reading
 * stops behind them.
 */
export function rawFrameOf(fact: Uint8Array): { readonly stationId: string; readonly rawFrame: string } {
  const bytes = Buffer.from(fact.buffer, fact.byteOffset, fact.byteLength);
  const read = { stationId: '', rawFrame: '' };
  let at = 0;
  /** Its low 32 bits: enough for tags and lengths. */
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at] ?? 0;
      at += 1;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, type] = [tag >>> 3, tag & 7];
    if (field > RAW_FRAME) break;
    if (type === VARINT) {
      varint();
      continue;
    }
    if (type !== LENGTH_DELIMITED) throw new Error(`a StationFact with a field of wire type ${type}`);
    const end = varint() + at;
    if (field === STATION_ID) read.stationId = bytes.toString('utf8', at, end);
    if (field === RAW_FRAME) read.rawFrame = bytes.toString('utf8', at, end);
    at = end;
  }
  return read;
}
