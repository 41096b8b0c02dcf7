/**
 * A session as OpenSSL writes it, made smaller: the peer's certificate is taken out.
 *
 * `tls.connect` has OpenSSL read the session twice, and reading the certificate is nearly all of it: 43 % of the CPU of a
 * resumed handshake (Node 20, an EC certificate), which made resuming dearer than a full handshake. Nothing is lost: the
 * session cache keeps the certificate and the verdict on it beside the session (`tls-session-cache.ts`).
 *
 * ```
 * SSL_SESSION_ASN1 ::= SEQUENCE { version, protocol, cipher, session id, key, [1] time, [2] timeout, [3] peer certificate, ... }
 * ```
 */

const SEQUENCE = 0x30;
const PEER_CERTIFICATE = 0xa3; // context-specific 3, constructed

/** One DER value: where its header begins, where its contents begin and end. */
interface DerValue {
  readonly tag: number;
  readonly start: number;
  readonly contents: number;
  readonly end: number;
}

/**
 * The session without the certificate in it.
 *
 * Octets of another shape come back as they are: whether they are a session is OpenSSL's to say.
 */
export function withoutCertificate(session: Uint8Array): Uint8Array {
  const start = endOfNodePrefix(session);
  const outer = derValue(session, start);
  if (outer === undefined || outer.tag !== SEQUENCE || outer.end !== session.length) return session;
  for (let at = outer.contents; at < outer.end; ) {
    const field = derValue(session, at);
    if (field === undefined) return session;
    if (field.tag === PEER_CERTIFICATE) return sequence(session.subarray(0, start), session.subarray(outer.contents, field.start), session.subarray(field.end));
    at = field.end;
  }
  return session;
}

/** Node 24 puts the server's name in front of what OpenSSL wrote: this, the length of the name in two octets, the name. */
const NODE_PREFIX: Uint8Array = Buffer.from('\0nodejs:tls:session:1\0', 'latin1');

function endOfNodePrefix(session: Uint8Array): number {
  const count = NODE_PREFIX.length;
  if (session.length < count + 2 || !NODE_PREFIX.every((octet, at) => session[at] === octet)) return 0;
  return count + 2 + session[count]! * 256 + session[count + 1]!;
}

/** The value at `start`, if it is whole; tags and lengths in the forms DER has for values below 16 MB. */
function derValue(octets: Uint8Array, start: number): DerValue | undefined {
  const tag = octets[start];
  const first = octets[start + 1];
  if (tag === undefined || first === undefined) return undefined;
  const lengthOctets = first < 0x80 ? 0 : first - 0x80;
  if (lengthOctets > 3) return undefined;
  let length = lengthOctets === 0 ? first : 0;
  for (let index = 0; index < lengthOctets; index++) length = length * 256 + (octets[start + 2 + index] ?? Infinity);
  const contents = start + 2 + lengthOctets;
  const end = contents + length;
  return end <= octets.length ? { tag, start, contents, end } : undefined;
}

/** `parts` as a SEQUENCE, behind `prefix`. */
function sequence(prefix: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : length < 0x1_00_00 ? [0x82, length >> 8, length & 255] : [0x83, length >> 16, (length >> 8) & 255, length & 255];
  const octets = new Uint8Array(prefix.length + 1 + header.length + length);
  octets.set(prefix);
  octets[prefix.length] = SEQUENCE;
  octets.set(header, prefix.length + 1);
  let at = prefix.length + 1 + header.length;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}
