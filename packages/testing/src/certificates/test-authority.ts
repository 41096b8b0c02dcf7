/**
 * A throwaway certificate authority for tests: real certificates for real TLS, good ones and broken ones, in about a
 * millisecond each, without any program beside Node.
 *
 * Nothing here is kept on disk, and the keys die with the process. Never let anything but a test trust `certificate`.
 * Keys and signatures are fresh each time (Node does not let them be seeded); serial numbers come from `random`.
 */
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import type { Clock, Random } from '@mailwright/wire';
import { writeCertificate } from './certificate.ts';

const DAY_MS = 86_400_000;
const LEAF_DAYS = 397; // the longest life that public authorities give
const AUTHORITY_DAYS = 3650;
const RSA_BITS = 2048;
const SERIAL_OCTETS = 16; // RFC 5280 4.1.2.2 allows 20
const COMMON_NAME_CHARACTERS = 64; // RFC 5280 appendix A.1, ub-common-name

export type KeyType = 'ec' | 'rsa';

export interface TestAuthorityOptions {
  /** Default `mailwright test authority`. */
  readonly commonName?: string | undefined;
  /** `ec` (P-256, the default) takes under a millisecond, `rsa` (2048 bits) up to a second. */
  readonly keyType?: KeyType | undefined;
  /**
   * Whose `wallTime` the validity counts from; default the machine's. TLS itself always goes by the machine's time, so a fake
   * clock makes certificates that a handshake may refuse.
   */
  readonly clock?: Pick<Clock, 'wallTime'> | undefined;
  /** Where serial numbers come from; default the system's randomness. */
  readonly random?: Random | undefined;
}

export interface CertificateRequest {
  /** DNS names, wildcards (`*.example.test`), IP addresses, mail addresses. The first is the common name too. */
  readonly names: readonly string[];
  /** Default `names[0]` when it is short enough, else empty. '' for an empty subject. */
  readonly commonName?: string | undefined;
  /** Default a day ago. */
  readonly notBefore?: Date | undefined;
  /** Default 397 days from now. */
  readonly notAfter?: Date | undefined;
  /** Default `ec`. */
  readonly keyType?: KeyType | undefined;
  /** Good for a TLS server. Default true. */
  readonly serverAuth?: boolean | undefined;
  /** Good for a TLS client. Default false. */
  readonly clientAuth?: boolean | undefined;
  /** False leaves the alternative names out: an old certificate that has a common name only. Default true. */
  readonly subjectAltName?: boolean | undefined;
}

/** All three are PEM and fit the options of `node:tls` of the same names. */
export interface IssuedCertificate {
  /** The private key (PKCS #8). */
  readonly key: string;
  /** The certificate, followed by the intermediate ones (never by the root). */
  readonly cert: string;
  /** The root that a peer must trust. For a faulty certificate: the root that must not accept it. */
  readonly ca: string;
}

/** What is wrong with a certificate from `issueFaulty`; all else about it is right. */
export type CertificateFault =
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-name'
  | 'self-signed'
  | 'unknown-authority'
  /** No alternative names: RFC 9525 section 6.3 forbids to look at the common name instead. */
  | 'common-name-only'
  /** For clients only: not good for a server. */
  | 'wrong-purpose';

export interface TestAuthority {
  /** The root certificate in PEM: the `ca` of whoever shall trust this authority. */
  readonly certificate: string;
  /** A fresh key and a certificate for it. Throws TypeError for a name that can't stand in a certificate. */
  issue(request: CertificateRequest): IssuedCertificate;
  /** A certificate for `names` that a peer which trusts this authority must refuse. */
  issueFaulty(fault: CertificateFault, names: readonly string[]): IssuedCertificate;
  /** An authority below this one: its certificates come as a chain, and their `ca` is this one's root. */
  createIntermediate(commonName?: string): TestAuthority;
}

/**
 * Makes an authority with a key of its own.
 * @rfc 5280 4
 */
export function createTestAuthority(options: TestAuthorityOptions = {}): TestAuthority {
  const world: World = {
    wallTime: () => (options.clock === undefined ? Date.now() : options.clock.wallTime()),
    random: options.random ?? { octets: (count) => new Uint8Array(randomBytes(count)) },
    keyType: options.keyType ?? 'ec',
  };
  const commonName = checkCommonName(options.commonName ?? 'mailwright test authority');
  return new Authority(world, makeIdentity(world.keyType, commonName), undefined);
}

interface World {
  wallTime(): number;
  readonly random: Random;
  readonly keyType: KeyType;
}

/** A name that holds a key. */
interface Identity {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

class Authority implements TestAuthority {
  readonly certificate: string;
  readonly #world: World;
  readonly #identity: Identity;
  /** The intermediate certificates from this authority up, the root left out. */
  readonly #chain: string;

  /** `parent`: who signs this authority; a root (`undefined`) signs itself. */
  constructor(world: World, identity: Identity, parent: Authority | undefined) {
    this.#world = world;
    this.#identity = identity;
    const own = certify(world, identity, parent === undefined ? identity : parent.#identity, {
      authority: true, altNames: [], serverAuth: false, clientAuth: false, ...validity(world, AUTHORITY_DAYS),
    });
    this.certificate = parent === undefined ? own : parent.certificate;
    this.#chain = parent === undefined ? '' : own + parent.#chain;
  }

  issue(request: CertificateRequest): IssuedCertificate {
    return this.#issue(request, undefined);
  }

  issueFaulty(fault: CertificateFault, names: readonly string[]): IssuedCertificate {
    const now = this.#world.wallTime();
    switch (fault) {
      case 'expired':
        return this.issue({ names, notBefore: new Date(now - 2 * LEAF_DAYS * DAY_MS), notAfter: new Date(now - DAY_MS) });
      case 'not-yet-valid':
        return this.issue({ names, notBefore: new Date(now + DAY_MS) });
      case 'wrong-name':
        return this.issue({ names: ['wrong-name.invalid'] });
      case 'common-name-only':
        return this.issue({ names, subjectAltName: false });
      case 'wrong-purpose':
        return this.issue({ names, serverAuth: false, clientAuth: true });
      case 'self-signed':
        return this.#issue({ names }, 'self');
      case 'unknown-authority': {
        const stranger = new Authority(this.#world, makeIdentity(this.#world.keyType, 'mailwright unknown authority'), undefined);
        return { ...stranger.issue({ names }), ca: this.certificate };
      }
      default:
        throw new TypeError(`not a certificate fault: ${String(fault satisfies never)}`);
    }
  }

  createIntermediate(commonName = 'mailwright intermediate authority'): TestAuthority {
    return new Authority(this.#world, makeIdentity(this.#world.keyType, checkCommonName(commonName)), this);
  }

  #issue(request: CertificateRequest, signer: 'self' | undefined): IssuedCertificate {
    if (request.names.length === 0) throw new TypeError('a certificate needs at least one name');
    const subject = makeIdentity(request.keyType ?? 'ec', chooseCommonName(request));
    const usual = validity(this.#world, LEAF_DAYS);
    const cert = certify(this.#world, subject, signer === 'self' ? subject : this.#identity, {
      notBefore: request.notBefore ?? usual.notBefore,
      notAfter: request.notAfter ?? usual.notAfter,
      authority: false,
      altNames: request.subjectAltName === false ? [] : request.names,
      serverAuth: request.serverAuth ?? true,
      clientAuth: request.clientAuth ?? false,
    });
    const key = subject.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    return { key, cert: signer === 'self' ? cert : cert + this.#chain, ca: this.certificate };
  }
}

interface Certified {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly authority: boolean;
  readonly altNames: readonly string[];
  readonly serverAuth: boolean;
  readonly clientAuth: boolean;
}

function certify(world: World, subject: Identity, issuer: Identity, certified: Certified): string {
  if (!(certified.notBefore < certified.notAfter)) throw new RangeError('notBefore must be earlier than notAfter');
  return writeCertificate(
    { serialNumber: serialNumber(world.random), issuer, commonName: subject.commonName, publicKey: subject.publicKey, ...certified },
    issuer.privateKey,
  );
}

function validity(world: World, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = world.wallTime();
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + days * DAY_MS) };
}

/** Positive, and always of the same length: the top bit is clear, the one after it set. */
function serialNumber(random: Random): bigint {
  const octets = Uint8Array.from(random.octets(SERIAL_OCTETS));
  octets[0] = (octets[0]! & 0x7f) | 0x40;
  return octets.reduce((number, octet) => (number << 8n) | BigInt(octet), 0n);
}

function makeIdentity(keyType: KeyType, commonName: string): Identity {
  const keys = keyType === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: RSA_BITS }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { commonName, ...keys };
}

function chooseCommonName(request: CertificateRequest): string {
  if (request.commonName !== undefined) return checkCommonName(request.commonName);
  const first = request.names[0]!;
  return first.length <= COMMON_NAME_CHARACTERS ? checkCommonName(first) : '';
}

function checkCommonName(commonName: string): string {
  if (commonName.length > COMMON_NAME_CHARACTERS || /[\x00-\x1f\x7f]/.test(commonName)) {
    throw new TypeError(`not a common name (64 characters, none of them a control): ${JSON.stringify(commonName)}`);
  }
  return commonName;
}
