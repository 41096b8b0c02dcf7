/** What `Transport.write` takes, as octets: for transports that stand before another one and look at what passes. */
import { encodeUtf8 } from '@mailwright/wire';

/** The parts of one write; a text as its octets in UTF-8. */
export function octetParts(written: string | Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  if (typeof written === 'string') return [encodeUtf8(written)];
  return written instanceof Uint8Array ? [written] : written;
}
