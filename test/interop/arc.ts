/**
 * Our ARC chains validated by dkimpy and Mail::DKIM, theirs by us, and chains that all three have sealed in every order. No traffic: function calls, and keys from a list.
 */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { arcMethodResult, sealArc, validateArc } from '@mailwright/arc';
import type { ArcResult } from '@mailwright/arc';
import { formatAuthenticationResultsField } from '@mailwright/authres';
import { generateDkimKeyPair } from '@mailwright/dkim';
import { inMemoryZone } from '@mailwright/dns';
import { concatOctets, encodeUtf8 } from '@mailwright/wire';
import { SAMPLES } from './messages.ts';
import { PYTHON } from './programs.ts';
import type { DkimKey } from '@mailwright/dkim';
import type { Scenario, ScenarioContext } from './scenario.ts';

const PERL_SCRIPT = fileURLToPath(new URL('perl/arc.pl', import.meta.url));
const PYTHON_SCRIPT = fileURLToPath(new URL('python/arc.py', import.meta.url));
const NOW = Date.now();
const ADDED = encodeUtf8('-- \r\nsent by a list\r\n');

/** Somebody who seals. */
interface Host {
  readonly domain: string;
  readonly selector: string;
  readonly key: DkimKey;
  /** PKCS #1, which all of them read. */
  readonly pem: string;
  readonly record: string;
}

/** A program that seals and validates. */
interface Peer {
  readonly name: string;
  readonly command: string;
  readonly script: string;
}

const DKIMPY: Peer = { name: 'dkimpy', command: PYTHON, script: PYTHON_SCRIPT };
const MAIL_DKIM: Peer = { name: 'Mail::DKIM', command: 'perl', script: PERL_SCRIPT };
const NEEDS = ['python3:dkim', 'python3:authres', 'perl:Mail::DKIM', 'perl:Net::DNS'];

async function makeHosts(...domains: readonly string[]): Promise<readonly Host[]> {
  const hosts: Host[] = [];
  for (const domain of domains) {
    const { key, privateKeyPem, record } = await generateDkimKeyPair('rsa');
    const pem = createPrivateKey(privateKeyPem).export({ type: 'pkcs1', format: 'pem' }) as string;
    hosts.push({ domain, selector: 'arc', key, pem, record });
  }
  return hosts;
}

const recordsOf = (hosts: readonly Host[]): Record<string, string> => Object.fromEntries(hosts.map(({ domain, selector, record }) => [`${selector}._domainkey.${domain}`, record]));

function validateHere(message: Uint8Array, hosts: readonly Host[]): Promise<ArcResult> {
  const zone = Object.entries(recordsOf(hosts)).map(([name, text]) => [name, { TXT: text }] as const);
  return validateArc(message, { resolver: inMemoryZone(Object.fromEntries(zone)), now: NOW });
}

async function ask(context: ScenarioContext, { command, script, name }: Peer, job: object): Promise<Readonly<Record<string, string>>> {
  const { status, stdout, stderr } = await context.run(command, [script], { input: JSON.stringify(job) });
  assert.equal(status, 0, `${name}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, string>;
}

async function validateThere(context: ScenarioContext, peer: Peer, message: Uint8Array, hosts: readonly Host[]): Promise<string> {
  const { status = '' } = await ask(context, peer, { task: 'validate', message: Buffer.from(message).toString('base64'), records: recordsOf(hosts) });
  return status;
}

/** The message as it leaves `host`, sealed by us or by `peer`. */
async function hop(context: ScenarioContext, peer: Peer | undefined, host: Host, message: Uint8Array, hosts: readonly Host[]): Promise<Uint8Array> {
  const result = await validateHere(message, hosts);
  const authenticationResults = { authservId: host.domain, results: [arcMethodResult(result)] };
  if (peer === undefined) {
    const { fields } = await sealArc(message, { ...host, result, authenticationResults, now: NOW });
    return concatOctets([encodeUtf8(fields.join('')), message]);
  }
  const received = concatOctets([encodeUtf8(formatAuthenticationResultsField(authenticationResults)), message]);
  const job = { task: 'seal', message: Buffer.from(received).toString('base64'), key: host.pem, domain: host.domain, selector: host.selector };
  const { fields = '' } = await ask(context, peer, job);
  return concatOctets([Buffer.from(fields, 'base64'), received]);
}

/** Chains of one to three hops of each sample; then with a body that was added to. */
async function ourChains(context: ScenarioContext, peer: Peer): Promise<void> {
  const hosts = await makeHosts('one.example', 'two.example', 'three.example');
  for (const { name, octets } of SAMPLES) {
    let message = octets;
    for (const host of hosts) {
      message = await hop(context, undefined, host, message, hosts);
      assert.equal(await validateThere(context, peer, message, hosts), 'pass', `${name}, ${host.domain}`);
    }
    const changed = concatOctets([message, ADDED]);
    assert.equal(await validateThere(context, peer, changed, hosts), 'fail', `${name}, with something added`);
    const resealed = await hop(context, undefined, hosts[0]!, changed, hosts);
    assert.equal((await validateHere(resealed, hosts)).reason, 'failed-before', name);
    assert.equal(await validateThere(context, peer, resealed, hosts), 'fail', `${name}, sealed as failed`);
  }
}

async function theirChains(context: ScenarioContext, peer: Peer): Promise<void> {
  const hosts = await makeHosts('one.example', 'two.example', 'three.example');
  for (const { name, octets } of SAMPLES) {
    let message = octets;
    for (const [index, host] of hosts.entries()) {
      message = await hop(context, peer, host, message, hosts);
      const { result, reason, oldestPass, sealers } = await validateHere(message, hosts);
      assert.deepEqual([result, reason, oldestPass, sealers.length], ['pass', undefined, 0, index + 1], `${name}, ${host.domain}`);
    }
    assert.equal((await validateHere(concatOctets([message, ADDED]), hosts)).reason, 'body-hash-mismatch', name);
  }
}

async function mixedChains(context: ScenarioContext): Promise<void> {
  const hosts = await makeHosts('one.example', 'two.example', 'three.example');
  const makers = [undefined, DKIMPY, MAIL_DKIM];
  for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
    let message = SAMPLES[0]!.octets;
    for (const [index, maker] of order.entries()) {
      message = await hop(context, makers[maker], hosts[index]!, message, hosts);
      const here = await validateHere(message, hosts);
      const there = [await validateThere(context, DKIMPY, message, hosts), await validateThere(context, MAIL_DKIM, message, hosts)];
      assert.deepEqual([here.result, ...there], ['pass', 'pass', 'pass'], `order ${order.join(' ')}, hop ${index + 1}: ${here.reason}`);
    }
  }
}

export const scenarios: readonly Scenario[] = [
  ...[DKIMPY, MAIL_DKIM].flatMap((peer): Scenario[] => [
    { name: `our ARC chains -> ${peer.name}: three hops of every kind of message pass, what was added to does not`, needs: NEEDS, timeoutMs: 120_000, run: (context) => ourChains(context, peer) },
    { name: `${peer.name}'s ARC chains -> ours: three hops of every kind of message`, needs: NEEDS, timeoutMs: 120_000, run: (context) => theirChains(context, peer) },
  ]),
  { name: 'ARC chains of dkimpy, Mail::DKIM and ours in every order pass everywhere', needs: NEEDS, timeoutMs: 120_000, run: mixedChains },
];
