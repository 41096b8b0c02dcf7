/**
 * What a driver needs to make a channel binding of a TLS connection. The TLS itself is not here.
 *
 * `tls-exporter` (RFC 9266) is for TLS 1.3 and for TLS 1.2 with the extended master secret: ask the connection for
 * `TLS_EXPORTER_OCTETS` octets of exported keying material with the label `TLS_EXPORTER_LABEL` and an empty context.
 * `tls-server-end-point` (RFC 5929) is a hash of the server's certificate, for connections that end at a proxy.
 * Left out: `tls-unique`, which TLS 1.3 does not have and TLS 1.2 has with known weaknesses.
 */

/** @rfc 9266 2 */
export const TLS_EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
/** @rfc 9266 2 */
export const TLS_EXPORTER_OCTETS = 32;

/** A hash function of certificates. */
export type EndPointHash = 'sha224' | 'sha256' | 'sha384' | 'sha512';

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;

/** Signature algorithms by the octets of their identifiers in hexadecimal. MD5 and SHA-1 count as SHA-256. */
const HASH_OF_SIGNATURE: ReadonlyMap<string, EndPointHash> = new Map([
  ['2a864886f70d010104', 'sha256'], // md5WithRSAEncryption
  ['2a864886f70d010105', 'sha256'], // sha1WithRSAEncryption
  ['2a864886f70d01010e', 'sha224'],
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d0401', 'sha256'], // ecdsa-with-SHA1
  ['2a8648ce3d040301', 'sha224'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
]);

/**
 * The hash function that `tls-server-end-point` takes over the certificate (DER, whole), or `undefined` where the RFC defines none
 * (Ed25519, RSASSA-PSS) or the octets are no certificate.
 *
 *     Certificate ::= SEQUENCE { tbsCertificate SEQUENCE, signatureAlgorithm SEQUENCE { algorithm OBJECT IDENTIFIER, ... }, ... }
 *
 * @rfc 5929 4.1
 */
export function endPointHash(certificate: Uint8Array): EndPointHash | undefined {
  const whole = readElement(certificate, 0, SEQUENCE);
  const toBeSigned = whole && readElement(certificate, whole.from, SEQUENCE);
  const algorithm = toBeSigned && readElement(certificate, toBeSigned.to, SEQUENCE);
  const identifier = algorithm && readElement(certificate, algorithm.from, OBJECT_IDENTIFIER);
  if (identifier === undefined) return undefined;
  const octets = certificate.subarray(identifier.from, identifier.to);
  return HASH_OF_SIGNATURE.get(Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(''));
}

/** The content of the DER element at `at`, or `undefined` where it has another tag or does not fit. */
function readElement(octets: Uint8Array, at: number, tag: number): { readonly from: number; readonly to: number } | undefined {
  const first = octets[at + 1];
  if (octets[at] !== tag || first === undefined) return undefined;
  let from = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first - 0x80;
    if (count < 1 || count > 3) return undefined;
    length = 0;
    for (let index = 0; index < count; index++) length = length * 0x100 + (octets[from + index] ?? 0);
    from += count;
  }
  return from + length > octets.length ? undefined : { from, to: from + length };
}
