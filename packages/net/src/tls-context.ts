/**
 * Contexts: keys, certificates and trusted authorities made ready for OpenSSL. Making one costs milliseconds, so each is
 * made once and shared: by the values for a client, by `createServerTls` for a server, which can also renew it.
 *
 * Read next: `tls-handshake.ts`.
 */
import { DEFAULT_CIPHERS, createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { Pem, SecureContext, TlsClientOptions, TlsMaterial, TlsServerOptions, TlsVersion } from './tls.ts';

const DEFAULT_MIN_VERSION: TlsVersion = 'TLSv1.2'; // RFC 8996: nothing older
/** OpenSSL 3 has no signature algorithm left for TLS 1.0 and 1.1 at its default security level. */
const WEAK_CIPHERS = `${DEFAULT_CIPHERS}:@SECLEVEL=0`;
/** Without it OpenSSL refuses to resume a session in which a client certificate was asked for. */
const SESSION_ID_CONTEXT = 'mailwright';

/** How many client contexts made from options are kept. One application uses one or two sets of them. */
const MAX_CLIENT_CONTEXTS = 16;

const MATERIAL_FIELDS: readonly (keyof TlsMaterial)[] = ['key', 'cert', 'passphrase', 'ca', 'minVersion', 'maxVersion', 'ciphers'];

/** Makes a context for `TlsClientOptions.context`. Throws what OpenSSL says of unreadable keys and certificates. */
export function createClientContext(material: TlsMaterial = {}): SecureContext {
  return createSecureContext(contextOptions(material));
}

/** Makes a context for `TlsServerOptions.chooseContext`. Throws what OpenSSL says of unreadable keys and certificates. */
export function createServerContext(material: TlsMaterial & { readonly key: Pem; readonly cert: Pem }): SecureContext {
  return createSecureContext({ ...contextOptions(material), sessionIdContext: SESSION_ID_CONTEXT });
}

/** A server's certificates, renewable at run time. It is also the `TlsServerOptions` of `startTls` and `listen`. */
export interface ServerTls extends TlsServerOptions {
  /**
   * Handshakes that start from now on use these; sessions of the ones before are not resumed. Throws on unreadable ones, and
   * then changes nothing.
   */
  update(renewed: { readonly key: Pem; readonly cert: Pem }): void;
}

/** Makes the certificates ready once. Throws what OpenSSL says of unreadable keys and certificates. */
export function createServerTls(options: TlsServerOptions): ServerTls {
  const { key, cert } = options;
  const serverTls: { -readonly [Field in keyof ServerTls]: ServerTls[Field] } = {
    ...options,
    update: (renewed) => {
      const material = { ...options, key: renewed.key, cert: renewed.cert };
      serverContexts.set(serverTls, createServerContext(material));
      serverTls.key = renewed.key;
      serverTls.cert = renewed.cert;
    },
  };
  serverTls.update({ key, cert });
  return serverTls;
}

const serverContexts = new WeakMap<TlsServerOptions, SecureContext>();

/** The context of a server's options: that of `createServerTls`, or one made once per options object. */
export function serverContext(options: TlsServerOptions): SecureContext {
  let context = serverContexts.get(options);
  if (context === undefined) {
    context = createServerContext(options);
    serverContexts.set(options, context);
  }
  return context;
}

interface ClientContext {
  readonly material: TlsMaterial;
  readonly context: SecureContext;
}

const clientContexts: ClientContext[] = [];

/** The context of a client's options; equal material shares one. Throws a `TypeError` on a contradiction. */
export function clientContext(options: TlsClientOptions): SecureContext {
  if (options.context !== undefined) {
    const double = MATERIAL_FIELDS.find((field) => options[field] !== undefined);
    if (double !== undefined) throw new TypeError(`give either context or ${double}: the context is made already`);
    return options.context;
  }
  if (isWeak(options.minVersion) && options.policy.mode !== 'opportunistic') {
    throw new TypeError(`minVersion ${options.minVersion} is allowed with the policy opportunistic only`);
  }
  const known = clientContexts.find((candidate) => isSameMaterial(candidate.material, options));
  if (known !== undefined) return known.context;
  const context = createClientContext(options);
  const { key, cert, passphrase, ca, minVersion, maxVersion, ciphers } = options;
  clientContexts.push({ material: { key, cert, passphrase, ca, minVersion, maxVersion, ciphers }, context });
  if (clientContexts.length > MAX_CLIENT_CONTEXTS) clientContexts.shift();
  return context;
}

const contextNumbers = new WeakMap<SecureContext, number>();
let contextCount = 0;

/** A number for each context, so that a session of one is never offered with another. */
export function contextNumber(context: SecureContext): number {
  let number = contextNumbers.get(context);
  if (number === undefined) {
    number = contextCount++;
    contextNumbers.set(context, number);
  }
  return number;
}

function isSameMaterial(a: TlsMaterial, b: TlsMaterial): boolean {
  return MATERIAL_FIELDS.every((field) => {
    const [one, other] = [a[field], b[field]];
    if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
    return one.length === other.length && one.every((item, index) => item === other[index]);
  });
}

function isWeak(version: TlsVersion | undefined): boolean {
  return version === 'TLSv1' || version === 'TLSv1.1';
}

function contextOptions(material: TlsMaterial): SecureContextOptions {
  const minVersion = material.minVersion ?? DEFAULT_MIN_VERSION;
  const options: SecureContextOptions = { minVersion };
  const ciphers = material.ciphers ?? (isWeak(minVersion) ? WEAK_CIPHERS : undefined);
  if (ciphers !== undefined) options.ciphers = ciphers;
  if (material.maxVersion !== undefined) options.maxVersion = material.maxVersion;
  if (material.key !== undefined) options.key = nodePem(material.key);
  if (material.cert !== undefined) options.cert = nodePem(material.cert);
  if (material.passphrase !== undefined) options.passphrase = material.passphrase;
  if (material.ca !== undefined) options.ca = isList(material.ca) ? material.ca.map(nodePem) : nodePem(material.ca);
  return options;
}

function isList(ca: Pem | readonly Pem[]): ca is readonly Pem[] {
  return Array.isArray(ca);
}

function nodePem(pem: Pem): string | Buffer {
  return typeof pem === 'string' ? pem : Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength);
}
