/**
 * Writes X.509 v3 certificates (RFC 5280) with ECDSA or RSA and SHA-256 signatures.
 *
 *     Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
 *     TBSCertificate ::= SEQUENCE { version [0], serialNumber, signature, issuer, validity, subject,
 *                                   subjectPublicKeyInfo, extensions [3] }
 *
 * Left out: everything but what a TLS test needs: no CRLs, no policies, names of one common name only.
 * Read next: `test-authority.ts`, which decides what goes into a certificate.
 */
import { createHash, sign, type KeyObject } from 'node:crypto';
import {
  bitString, boolean, explicitTag, implicitTag, integer, namedBits, nullValue, objectIdentifier, octetString, sequence, setOf, time, utf8String,
} from './der.ts';
import { encodeGeneralNames } from './subject-alt-name.ts';

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALT_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const DIGITAL_SIGNATURE = 0;
const KEY_ENCIPHERMENT = 2;
const KEY_CERT_SIGN = 5;
const CRL_SIGN = 6;

const VERSION_3 = 2;
const PEM_LINE_OCTETS = 64; // RFC 7468 2

/** What is certified, before it is signed. */
export interface CertificateFields {
  readonly serialNumber: bigint;
  /** Common name of the issuer and its public key; for a self-signed certificate the subject's own. */
  readonly issuer: { readonly commonName: string; readonly publicKey: KeyObject };
  /** '' leaves the subject empty; the alternative names are critical then. */
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** May sign certificates. */
  readonly authority: boolean;
  /** Empty leaves the extension out. */
  readonly altNames: readonly string[];
  readonly serverAuth: boolean;
  readonly clientAuth: boolean;
}

/**
 * Signs `fields` with the issuer's private key and gives the certificate in PEM.
 * @rfc 5280 4.1
 * @rfc 7468 5
 */
export function writeCertificate(fields: CertificateFields, issuerKey: KeyObject): string {
  const algorithm = signatureAlgorithm(issuerKey);
  const toBeSigned = sequence(
    explicitTag(0, integer(VERSION_3)),
    integer(fields.serialNumber),
    algorithm,
    name(fields.issuer.commonName),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    name(fields.commonName),
    publicKeyInfo(fields.publicKey),
    explicitTag(3, extensions(fields)),
  );
  return toPem('CERTIFICATE', sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, issuerKey))));
}

/** RSA names its algorithm with a NULL parameter, ECDSA with none (RFC 3279 2.2.1, RFC 5758 3.2). */
function signatureAlgorithm(key: KeyObject): Uint8Array {
  return key.asymmetricKeyType === 'rsa' ? sequence(objectIdentifier(SHA256_WITH_RSA), nullValue()) : sequence(objectIdentifier(ECDSA_WITH_SHA256));
}

function name(commonName: string): Uint8Array {
  if (commonName === '') return sequence();
  return sequence(setOf(sequence(objectIdentifier(COMMON_NAME), utf8String(commonName))));
}

function publicKeyInfo(key: KeyObject): Uint8Array {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 7093 section 2, method 4: the hash of the whole SubjectPublicKeyInfo. SHA-1, the older way, is barred on some systems. */
function keyIdentifier(key: KeyObject): Uint8Array {
  return createHash('sha256').update(publicKeyInfo(key)).digest();
}

function extensions(fields: CertificateFields): Uint8Array {
  const list = [
    extension(BASIC_CONSTRAINTS, true, fields.authority ? sequence(boolean(true)) : sequence()),
    extension(KEY_USAGE, true, namedBits(...keyUsages(fields))),
    extension(SUBJECT_KEY_IDENTIFIER, false, octetString(keyIdentifier(fields.publicKey))),
    extension(AUTHORITY_KEY_IDENTIFIER, false, sequence(implicitTag(0, keyIdentifier(fields.issuer.publicKey)))),
  ];
  const purposes = [...(fields.serverAuth ? [SERVER_AUTH] : []), ...(fields.clientAuth ? [CLIENT_AUTH] : [])];
  if (purposes.length > 0) list.push(extension(EXTENDED_KEY_USAGE, false, sequence(...purposes.map(objectIdentifier))));
  if (fields.altNames.length > 0) list.push(extension(SUBJECT_ALT_NAME, fields.commonName === '', encodeGeneralNames(fields.altNames)));
  return sequence(...list);
}

/** `Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`; DER leaves a default out. */
function extension(identifier: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(identifier), ...(critical ? [boolean(true)] : []), octetString(value));
}

function keyUsages(fields: CertificateFields): readonly number[] {
  if (fields.authority) return [KEY_CERT_SIGN, CRL_SIGN];
  return fields.publicKey.asymmetricKeyType === 'rsa' ? [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT] : [DIGITAL_SIGNATURE];
}

/** RFC 7468: the octets in base64 between two lines that name them. */
function toPem(label: string, octets: Uint8Array): string {
  const base64 = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${PEM_LINE_OCTETS}}`, 'g')) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
