/** What lines end in, by the first line: CRLF as on the wire, or LF as in a file. */
import { CR, LF, indexOfOctet } from '@mailwright/wire';

/** The line end of octets; CRLF where there is none. */
export function lineEndOf(octets: Uint8Array): '\r\n' | '\n' {
  const lf = indexOfOctet(octets, LF);
  return lf !== -1 && octets[lf - 1] !== CR ? '\n' : '\r\n';
}
