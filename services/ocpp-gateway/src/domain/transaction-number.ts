const MODULUS = 2_147_483_647n;

/**
 * Transaction id of 1.6 from a keyed hash of the event id: the same for a repeat, at whatever gateway it arrives
 * (reliability 2.2); never 0 or negative (H17), and not to be guessed from another (A11).
 *
 * @param hmacHex at least 16 hex digits.
 */
export const transactionNumber = (hmacHex: string): number => 1 + Number(BigInt(`0x${hmacHex}`) % MODULUS);
