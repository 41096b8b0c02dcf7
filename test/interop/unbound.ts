/**
 * Our stub client against unbound, which validates DNSSEC: a signed zone of our own, one whose signatures were broken, one without any. unbound
 * serves the zones to itself as its upstream (`auth-zone`), so nothing leaves the machine.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, createStubResolver, RECORD_TYPES } from '@mailwright/dns';
import { createTestAuthority } from '@mailwright/testing';
import { findProgram } from './programs.ts';
import type { Answer, NameServer, RecordType, StubResolver, StubResolverOptions } from '@mailwright/dns';
import type { Scenario, ScenarioContext } from './scenario.ts';

const NEEDS = ['unbound', 'ldns-signzone', 'ldns-keygen'];
const LONG = Array.from({ length: 10 }, (_, index) => `long TXT "${`${index}`.padEnd(200, 'x')}"`).join('\n');
const SERVER_NAME = 'dns.mailwright.example';

/** The same names in each of the zones. */
function zoneText(origin: string): string {
  return `$ORIGIN ${origin}.
$TTL 300
@ SOA ns hostmaster 2026010100 7200 3600 1209600 60
@ NS ns
@ MX 10 mx1
@ TXT "v=spf1 " "mx -all"
@ CAA 0 issue "ca.example"
ns A 127.0.0.1
mx1 A 192.0.2.1
mx1 AAAA 2001:db8::1
_25._tcp.mx1 TLSA 3 1 1 ${'0a'.repeat(32)}
_submission._tcp SRV 0 1 587 mx1
alias 60 CNAME mx1
1 PTR mx1
ent.b A 192.0.2.9
*.wild TXT "wild"
bounce\\+bob=x\\.org._spf A 127.0.0.2
child NS ns.child
ns.child A 127.0.0.1
child DS 12345 13 2 ${'0b'.repeat(32)}
${LONG}
`;
}

interface Unbound {
  readonly port: number;
  readonly tlsPort: number;
  readonly ca: string;
}

/** Signs a zone with a key of its own; gives the file and that of the key that vouches for it. */
async function signZone(context: ScenarioContext, origin: string, breakIt: (signed: string) => string): Promise<{ readonly zone: string; readonly key: string }> {
  const run = async (program: string, options: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await context.run(findProgram(program)!, options, { cwd: context.folder });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  writeFileSync(join(context.folder, origin), zoneText(origin));
  const keys = [await run('ldns-keygen', ['-a', 'ECDSAP256SHA256', '-k', origin]), await run('ldns-keygen', ['-a', 'ECDSAP256SHA256', origin])] as const;
  await run('ldns-signzone', ['-n', '-f', `${origin}.signed`, origin, ...keys]);
  const zone = join(context.folder, `${origin}.signed`);
  writeFileSync(zone, breakIt(readFileSync(zone, 'utf8')));
  return { zone, key: join(context.folder, `${keys[0]}.key`) };
}

async function startUnbound(context: ScenarioContext): Promise<Unbound> {
  const issued = createTestAuthority().issue({ names: [SERVER_NAME] });
  writeFileSync(join(context.folder, 'key.pem'), issued.key);
  writeFileSync(join(context.folder, 'cert.pem'), issued.cert);
  writeFileSync(join(context.folder, 'plain.test'), zoneText('plain.test'));
  const signed = await signZone(context, 'signed.test', (text) => text);
  const broken = await signZone(context, 'broken.test', (text) => text.replace('192.0.2.1\n', '192.0.2.66\n'));
  const [port, tlsPort] = [await context.freePort(), await context.freePort()];
  const authZone = (name: string, file: string): string => `auth-zone:\n  name: ${name}\n  zonefile: "${file}"\n  for-downstream: no\n  for-upstream: yes\n  fallback-enabled: no\n`;
  const settings = [
    `interface: 127.0.0.1@${port}`, `interface: 127.0.0.1@${tlsPort}`, `tls-port: ${tlsPort}`, `tls-service-key: "${context.folder}/key.pem"`, `tls-service-pem: "${context.folder}/cert.pem"`,
    'do-daemonize: no', 'username: ""', 'chroot: ""', `directory: "${context.folder}"`, 'pidfile: ""', 'use-syslog: no', 'logfile: ""', 'verbosity: 1', 'num-threads: 1',
    'access-control: 127.0.0.0/8 allow', 'do-not-query-localhost: no', 'ede: yes', 'local-zone: "test." nodefault', 'module-config: "validator iterator"',
    `trust-anchor-file: "${signed.key}"`, `trust-anchor-file: "${broken.key}"`,
  ];
  const config = `server:\n${settings.map((line) => `  ${line}\n`).join('')}${authZone('signed.test', signed.zone)}${authZone('broken.test', broken.zone)}${authZone('plain.test', join(context.folder, 'plain.test'))}`;
  writeFileSync(join(context.folder, 'unbound.conf'), config);
  const program = context.start(findProgram('unbound')!, ['-d', '-c', join(context.folder, 'unbound.conf')]);
  await program.waitFor(/start of service/);
  return { port, tlsPort, ca: issued.ca };
}

function stub(context: ScenarioContext, server: NameServer, options: Omit<StubResolverOptions, 'servers'> = {}): StubResolver {
  const resolver = createStubResolver({ servers: [server], timeoutMs: 8000, ...options });
  context.defer(() => resolver.close());
  return resolver;
}

/** Name, type, status, and what the first record holds. */
const QUESTIONS: readonly (readonly [string, RecordType, Answer['status'], object | undefined])[] = [
  ['', 'MX', 'ok', { preference: 10, exchange: 'mx1.ZONE' }],
  ['', 'TXT', 'ok', { strings: ['v=spf1 ', 'mx -all'].map((text) => Uint8Array.from(Buffer.from(text))) }],
  ['', 'SOA', 'ok', { mname: 'ns.ZONE', rname: 'hostmaster.ZONE', serial: 2026010100, minimum: 60 }],
  ['', 'NS', 'ok', { target: 'ns.ZONE' }],
  ['', 'CAA', 'ok', { flags: 0, tag: 'issue', value: 'ca.example' }],
  ['mx1.', 'A', 'ok', { address: '192.0.2.1' }],
  ['mx1.', 'AAAA', 'ok', { address: '2001:db8::1' }],
  ['_25._tcp.mx1.', 'TLSA', 'ok', { usage: 3, selector: 1, matchingType: 1, data: new Uint8Array(32).fill(10) }],
  ['_submission._tcp.', 'SRV', 'ok', { priority: 0, weight: 1, port: 587, target: 'mx1.ZONE' }],
  ['1.', 'PTR', 'ok', { target: 'mx1.ZONE' }],
  ['alias.', 'CNAME', 'ok', { target: 'mx1.ZONE' }],
  ['alias.', 'AAAA', 'ok', { address: '2001:db8::1' }],
  ['any.wild.', 'TXT', 'ok', { strings: [Uint8Array.from(Buffer.from('wild'))] }],
  ['bounce\\+bob=x\\.org._spf.', 'A', 'ok', { address: '127.0.0.2' }],
  ['long.', 'TXT', 'ok', {}],
  ['mx1.', 'MX', 'nodata', undefined],
  ['b.', 'A', 'nodata', undefined],
  ['', 'HTTPS', 'nodata', undefined],
  ['gone.', 'A', 'nxdomain', undefined],
  ['_25._tcp.gone.', 'TLSA', 'nxdomain', undefined],
  ['alias.', 'MX', 'nodata', undefined],
];

/** Asks everything; what is signed has to be `secure`, denials included. */
async function askAll(resolver: StubResolver, zone: string, secure: boolean): Promise<void> {
  for (const [prefix, type, status, record] of QUESTIONS) {
    const name = `${prefix}${zone}`;
    const answer = await resolver.query(name, type);
    assert.deepEqual([name, type, answer.status, answer.reason], [name, type, status, undefined]);
    assert.equal(answer.secure, secure, `${name} ${type}: secure`);
    assert.ok(answer.ttl !== undefined && answer.ttl <= (status === 'ok' ? 300 : 60), `${name} ${type}: TTL ${answer.ttl}`);
    for (const [key, value] of Object.entries(record ?? {})) {
      const given = (answer.records[0] as unknown as Record<string, unknown>)[key];
      assert.deepEqual(given, typeof value === 'string' ? value.replace('ZONE', zone) : value, `${name} ${type}: ${key}`);
    }
  }
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'our stub client -> unbound: a signed zone over UDP is secure, every type, denials and wildcards included; what is long comes over TCP',
    needs: NEEDS,
    run: async (context) => {
      const { port } = await startUnbound(context);
      const resolver = stub(context, { address: '127.0.0.1', port, trustAd: true });
      await askAll(resolver, 'signed.test', true);
      assert.equal((await resolver.query('long.signed.test', 'TXT')).records.length, 10);
      // Each of the two queries for the long name was truncated and asked again.
      assert.equal(resolver.stats.sent, QUESTIONS.length + 1 + 2);
      for (const [name, type] of [['signed.test', 'DNSKEY'], ['child.signed.test', 'DS']] as const) {
        const answer = await resolver.query(name, type);
        assert.deepEqual([answer.status, answer.secure], ['ok', true], `${name} ${type}`);
      }
      assert.equal(resolver.stats.ignored, 0);
    },
  },
  {
    name: 'our stub client -> unbound: a zone without signatures is answered and not secure; nor is a signed one when the server is not trusted',
    needs: NEEDS,
    run: async (context) => {
      const { port } = await startUnbound(context);
      await askAll(stub(context, { address: '127.0.0.1', port, trustAd: true }), 'plain.test', false);
      await askAll(stub(context, { address: '127.0.0.1', port }), 'signed.test', false);
    },
  },
  {
    name: 'our stub client -> unbound: an answer that its signature contradicts is bogus, by the extended error; the rest of the zone is fine',
    needs: NEEDS,
    run: async (context) => {
      const { port } = await startUnbound(context);
      const trusting = stub(context, { address: '127.0.0.1', port, trustAd: true });
      const { status, reason, records } = await trusting.query('mx1.broken.test', 'A');
      assert.deepEqual([status, reason, records], ['bogus', 'dnssec-bogus', []]);
      assert.deepEqual((await trusting.query('alias.broken.test', 'A')).status, 'bogus');
      const fine = await trusting.query('mx1.broken.test', 'AAAA');
      assert.deepEqual([fine.status, fine.secure], ['ok', true]);
      assert.equal((await stub(context, { address: '127.0.0.1', port }).query('mx1.broken.test', 'A')).status, 'temp');
    },
  },
  {
    name: 'our stub client -> unbound: over TCP and verified TLS, without EDNS, with fixed case; a certificate for another name is refused',
    needs: NEEDS,
    run: async (context) => {
      const { port, tlsPort, ca } = await startUnbound(context);
      const overTls: NameServer = { protocol: 'tls', address: '127.0.0.1', port: tlsPort, serverName: SERVER_NAME, ca, trustAd: true };
      await askAll(stub(context, { protocol: 'tcp', address: '127.0.0.1', port, trustAd: true }), 'signed.test', true);
      await askAll(stub(context, overTls), 'signed.test', true);
      // Without EDNS there is no DO; AD is asked for by the bit of its own.
      await askAll(stub(context, { address: '127.0.0.1', port, trustAd: true }, { ednsOctets: false, randomizeCase: false }), 'signed.test', true);
      assert.deepEqual((await stub(context, { ...overTls, serverName: 'other.example' }).query('signed.test', 'MX')).reason, 'ERR_TLS_CERT_ALTNAME_INVALID');
    },
  },
  {
    name: 'our stub client -> unbound: 2,000 questions, 64 at once, with and without the cache, none lost',
    needs: NEEDS,
    run: async (context) => {
      const { port } = await startUnbound(context);
      const resolver = stub(context, { address: '127.0.0.1', port, trustAd: true });
      const behindCache = cached(resolver);
      for (const asked of [resolver, behindCache]) {
        const names = QUESTIONS.map(([prefix]) => `${prefix}signed.test`);
        let next = 0;
        const worker = async (): Promise<void> => {
          for (let index = next++; index < 2000; index = next++) {
            const answer = await asked.query(names[index % names.length]!, RECORD_TYPES[index % 11]!);
            assert.notEqual(answer.status, 'temp', answer.reason);
            assert.equal(answer.secure, true);
          }
        };
        await Promise.all(Array.from({ length: 64 }, worker));
      }
      assert.ok(behindCache.counts.hits > 1500);
      assert.equal(resolver.stats.failures, 0);
    },
  },
];
