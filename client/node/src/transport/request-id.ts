/** The source of random bytes: a browser's `crypto`, or Node's `webcrypto` (Node 18 has no global one). */
export type RandomSource = Pick<Crypto, 'getRandomValues'>;

/** A UUID of version 7. It grows with time, so the server's index finds it at the least cost. */
export function newRequestId(random: RandomSource): string {
  const bytes = random.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint32(0, Math.floor(Date.now() / 2 ** 16));
  new DataView(bytes.buffer).setUint16(4, Date.now() % 2 ** 16);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
