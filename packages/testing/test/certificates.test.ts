import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type PeerCertificate, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import * as der from '../src/certificates/der.ts';
import { createTestAuthority, type CertificateFault, type IssuedCertificate } from '../src/certificates/test-authority.ts';
import { FakeClock } from '../src/fake-clock.ts';
import { SeededRandom } from '../src/seeded-random.ts';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

describe('der', () => {
  test.each<[string, Uint8Array, string]>([
    ['integer 0', der.integer(0), '020100'],
    ['integer 127', der.integer(127), '02017f'],
    ['integer 128 gets a zero in front', der.integer(128), '02020080'],
    ['integer 256', der.integer(256), '02020100'],
    ['integer of 64 bits', der.integer(0xffff_ffff_ffff_ffffn), '020900ffffffffffffffff'],
    ['object identifier 1.2.840.113549.1.1.11', der.objectIdentifier('1.2.840.113549.1.1.11'), '06092a864886f70d01010b'],
    ['object identifier 2.999 (first two arcs over one octet)', der.objectIdentifier('2.999'), '06028837'],
    ['boolean true', der.boolean(true), '0101ff'],
    ['null', der.nullValue(), '0500'],
    ['utf8 string', der.utf8String('ü'), '0c02c3bc'],
    ['octet string', der.octetString(Uint8Array.of(1, 2)), '04020102'],
    ['bit string', der.bitString(Uint8Array.of(0xa0), 4), '030204a0'],
    ['named bits drop the zeros at the end', der.namedBits(5, 6), '03020106'],
    ['named bits over two octets', der.namedBits(0, 8), '0303078080'],
    ['explicit tag', der.explicitTag(3, der.nullValue()), 'a3020500'],
    ['implicit tag', der.implicitTag(2, Uint8Array.of(0x61)), '820161'],
    ['empty sequence', der.sequence(), '3000'],
    ['set of one', der.setOf(der.nullValue()), '31020500'],
  ])('x690: %s', (_name, value, expected) => {
    expect(hex(value)).toBe(expected);
  });

  test.each<[number, string]>([
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('x690 8.1.3: a content of %i octets -> the shortest length', (octets, prefix) => {
    const value = der.octetString(new Uint8Array(octets));
    expect(hex(value.subarray(0, prefix.length / 2))).toBe(prefix);
    expect(value.length).toBe(octets + prefix.length / 2);
  });

  test.each<[string, string]>([
    ['2049-12-31T23:59:59.999Z', '170d3439313233313233353935395a'],
    ['2050-01-01T00:00:00Z', '180f32303530303130313030303030305a'],
    ['1949-12-31T23:59:59Z', '180f31393439313233313233353935395a'],
  ])('rfc5280 4.1.2.5: %s -> UTCTime through 2049, GeneralizedTime beyond', (moment, expected) => {
    expect(hex(der.time(new Date(moment)))).toBe(expected);
  });

  test('a caller mistake throws at once', () => {
    expect(() => der.integer(-1)).toThrow(RangeError);
    expect(() => der.objectIdentifier('3.1')).toThrow(TypeError);
    expect(() => der.objectIdentifier('1.40')).toThrow(RangeError);
    expect(() => der.time(new Date(Number.NaN))).toThrow(RangeError);
  });
});

const authority = createTestAuthority();
const root = new X509Certificate(authority.certificate);

describe('issue', () => {
  test('rfc5280 4.1: the root -> a self-signed certificate of an authority', () => {
    expect(root.ca).toBe(true);
    expect(root.subject).toBe('CN=mailwright test authority');
    expect(root.checkIssued(root)).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
  });

  test('rfc5280 4.1: a leaf -> issued and signed by the root, with its own key', () => {
    const issued = authority.issue({ names: ['mx.example.test', '*.example.test'] });
    const leaf = new X509Certificate(issued.cert);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
    expect(leaf.subject).toBe('CN=mx.example.test');
    expect(leaf.checkHost('mx.example.test')).toBe('mx.example.test');
    expect(leaf.checkHost('other.example.test')).toBe('*.example.test');
    expect(leaf.checkHost('example.test')).toBeUndefined();
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(issued.ca).toBe(authority.certificate);
  });

  test.each<[string, string]>([
    ['mx.example.test', 'DNS:mx.example.test'],
    ['*.example.test', 'DNS:*.example.test'],
    ['127.0.0.1', 'IP Address:127.0.0.1'],
    ['::1', 'IP Address:0:0:0:0:0:0:0:1'],
    ['2001:db8::25:1', 'IP Address:2001:DB8:0:0:0:0:25:1'],
    ['::ffff:192.0.2.1', 'IP Address:0:0:0:0:0:FFFF:C000:201'],
    ['fe80::', 'IP Address:FE80:0:0:0:0:0:0:0'],
    ['999.0.0.1', 'DNS:999.0.0.1'],
    ['joe@example.test', 'email:joe@example.test'],
  ])('rfc5280 4.2.1.6: the name %s -> %s', (name, expected) => {
    expect(new X509Certificate(authority.issue({ names: [name] }).cert).subjectAltName).toBe(expected);
  });

  test('rsa keys, leaf and root -> verify too', () => {
    const rsa = createTestAuthority({ keyType: 'rsa', commonName: 'rsa' });
    const leaf = new X509Certificate(rsa.issue({ names: ['a.test'], keyType: 'rsa' }).cert);
    expect(leaf.publicKey.asymmetricKeyType).toBe('rsa');
    expect(leaf.verify(new X509Certificate(rsa.certificate).publicKey)).toBe(true);
  });

  test('rfc5280 4.1.2.6: a name too long for a common name -> empty subject, critical alternative names', () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.test`;
    const leaf = new X509Certificate(authority.issue({ names: [long] }).cert);
    expect(leaf.subject ?? '').toBe('');
    expect(leaf.checkHost(long)).toBe(long);
    expect(hex(leaf.raw)).toContain('0603551d110101ff');
  });

  test('common name and purposes as asked', () => {
    const leaf = new X509Certificate(authority.issue({ names: ['a.test'], commonName: 'Jö', clientAuth: true }).cert);
    expect(leaf.subject).toBe('CN=Jö');
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    const any = new X509Certificate(authority.issue({ names: ['a.test'], serverAuth: false }).cert);
    expect(any.keyUsage).toBeUndefined();
  });

  test('wall time and chance are injected', () => {
    const make = (seed: number): X509Certificate => {
      const clock = new FakeClock(Date.UTC(2031, 4, 6, 7, 8, 9, 999));
      return new X509Certificate(createTestAuthority({ clock, random: new SeededRandom(seed) }).issue({ names: ['a.test'] }).cert);
    };
    const leaf = make(1);
    expect(leaf.validFrom).toBe('May  5 07:08:09 2031 GMT');
    expect(leaf.validTo).toBe('Jun  6 07:08:09 2032 GMT');
    expect(leaf.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(make(1).serialNumber).toBe(leaf.serialNumber);
    expect(make(2).serialNumber).not.toBe(leaf.serialNumber);
  });

  test.each<[string, () => unknown, typeof TypeError | typeof RangeError]>([
    ['no name', () => authority.issue({ names: [] }), TypeError],
    ['CRLF in a name', () => authority.issue({ names: ['a\r\n.test'] }), TypeError],
    ['NUL in a name', () => authority.issue({ names: ['a.test\0.evil.test'] }), TypeError],
    ['a U-label', () => authority.issue({ names: ['ü.test'] }), TypeError],
    ['a control in the common name', () => authority.issue({ names: ['a.test'], commonName: 'a\nb' }), TypeError],
    ['an end before the beginning', () => authority.issue({ names: ['a.test'], notAfter: new Date(0) }), RangeError],
    ['an unknown fault', () => authority.issueFaulty('rotten' as CertificateFault, ['a.test']), TypeError],
  ])('a caller mistake, %s -> throws at once', (_name, call, error) => {
    expect(call).toThrow(error);
  });

  test('an intermediate authority -> the chain goes along, the root stays the anchor', () => {
    const intermediate = authority.createIntermediate();
    const issued = intermediate.issue({ names: ['a.test'] });
    const [leaf, middle] = issued.cert.split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem));
    expect(leaf!.checkIssued(middle!)).toBe(true);
    expect(middle!.checkIssued(root)).toBe(true);
    expect(issued.ca).toBe(authority.certificate);
  });
});

interface Handshake {
  readonly authorized: boolean;
  readonly error: string | undefined;
  readonly client: PeerCertificate | undefined;
}

/** One handshake over loopback with `servername` checked; the client's own certificate if there is one. */
async function handshake(server: IssuedCertificate, servername: string, client?: IssuedCertificate): Promise<Handshake> {
  const listener = createServer({ key: server.key, cert: server.cert, ...(client ? { requestCert: true, ca: client.ca } : {}) });
  const accepted = new Promise<TLSSocket>((resolve) => listener.once('secureConnection', resolve));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = listener.address() as AddressInfo;
    const identity = client ? { key: client.key, cert: client.cert } : {};
    const socket = connect({ host: '127.0.0.1', port, servername, ca: server.ca, rejectUnauthorized: false, ...identity });
    await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    const other = await accepted;
    const peer = client ? other.getPeerCertificate() : undefined;
    const error = socket.authorizationError as unknown as string | Error | null;
    const outcome = { authorized: socket.authorized && (client === undefined || other.authorized), error: codeOf(error), client: peer };
    socket.destroy();
    other.destroy();
    return outcome;
  } finally {
    await new Promise((resolve) => listener.close(resolve));
  }
}

function codeOf(error: string | Error | null): string | undefined {
  if (error instanceof Error) return (error as NodeJS.ErrnoException).code;
  return error ?? undefined;
}

describe('tls', () => {
  test.each<[string, () => IssuedCertificate]>([
    ['ec', () => authority.issue({ names: ['mx.example.test'] })],
    ['rsa', () => authority.issue({ names: ['mx.example.test'], keyType: 'rsa' })],
    ['wildcard', () => authority.issue({ names: ['*.example.test'] })],
    ['below an intermediate', () => authority.createIntermediate().issue({ names: ['mx.example.test'] })],
    ['no common name', () => authority.issue({ names: ['mx.example.test'], commonName: '' })],
  ])('a good certificate, %s -> the handshake is authorized', async (_name, issue) => {
    expect(await handshake(issue(), 'mx.example.test')).toEqual({ authorized: true, error: undefined, client: undefined });
  });

  test('a client certificate -> the server knows the client', async () => {
    const client = authority.issue({ names: ['joe@example.test'], commonName: 'joe', clientAuth: true, serverAuth: false });
    const outcome = await handshake(authority.issue({ names: ['mx.example.test'] }), 'mx.example.test', client);
    expect(outcome.authorized).toBe(true);
    expect(outcome.client?.subject.CN).toBe('joe');
  });

  test.each<[CertificateFault, string]>([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['unknown-authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['wrong-purpose', 'INVALID_PURPOSE'],
  ])('a faulty certificate, %s -> %s', async (fault, code) => {
    const outcome = await handshake(authority.issueFaulty(fault, ['mx.example.test']), 'mx.example.test');
    expect(outcome).toEqual({ authorized: false, error: code, client: undefined });
  });

  test('rfc9525 6.3: common-name-only -> has the name in its subject and nowhere else', () => {
    const leaf = new X509Certificate(authority.issueFaulty('common-name-only', ['mx.example.test']).cert);
    expect(leaf.subject).toBe('CN=mx.example.test');
    expect(leaf.subjectAltName).toBeUndefined();
    expect(leaf.checkHost('mx.example.test', { subject: 'never' })).toBeUndefined();
  });
});
