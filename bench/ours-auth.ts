/** mailwright's `dkim`, `spf`, `dmarc`, `dns` and `auth` as measured sides. What they need of the DNS they have in memory, but for `dns`. */
import { MessageAuthenticator, checkIprev } from '@mailwright/auth';
import type { AuthenticatorOptions } from '@mailwright/auth';
import { findForged } from '@mailwright/authres';
import { MemoryKeyCache, createDkimSigner, loadSigningKey, signMessage, verifyDkim } from '@mailwright/dkim';
import type { DkimSigner, KeyCache } from '@mailwright/dkim';
import { DmarcCache, checkDmarc, extractAuthor } from '@mailwright/dmarc';
import { cached, createStubResolver, inMemoryZone } from '@mailwright/dns';
import type { Answer, RecordType, Resolver } from '@mailwright/dns';
import { MessageSplitter, parseHeaders } from '@mailwright/mime';
import { checkSpf } from '@mailwright/spf';
import { DNS_BATCH, DNS_FLIGHT, DNS_NAME, PARALLEL_BATCH, PARALLEL_FLIGHT, SMALL_BATCH, callInFlight, readAuthInput, remember } from './sides/auth-inputs.ts';
import type { AuthInput } from './sides/auth-inputs.ts';
import type { BatchedWork, Work, WorkInput } from './sides/work.ts';

const HOSTNAME = 'mx.server.example';
/** What one read of a socket may bring. */
const CHUNK_OCTETS = 4096;

const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const signedMessage = ({ signatureField, header, body }: AuthInput): Uint8Array => octetsOf(signatureField + header + body);

/** Answers are made once and kept: what is measured is not the zone. */
function fromMemory({ zone }: AuthInput): Resolver {
  const source = inMemoryZone(zone);
  return { query: remember<Answer>((name, type) => source.query(name, type as RecordType)) as Resolver['query'] };
}

/** Awaits `once` so many times, one after the other. */
function inBatches(once: () => Promise<number>): BatchedWork {
  return {
    batch: SMALL_BATCH,
    async work() {
      let sum = 0;
      for (let call = 0; call < SMALL_BATCH; call++) {
        const made = await once();
        sum += made;
      }
      return sum;
    },
  };
}

/** 1 for each, so that a verdict that changes is noticed. */
function expectPass(result: string | undefined): number {
  if (result !== 'pass') throw new Error(`the result is ${result}`);
  return 1;
}

function makeSigner({ privateKeyPem, domain, selector }: AuthInput): DkimSigner {
  return createDkimSigner({ domain, keys: [{ selector, key: loadSigningKey(privateKeyPem) }] });
}

/** On this thread. */
export function dkimSign({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  const signer = makeSigner(input);
  const header = octetsOf(input.header);
  const body = octetsOf(input.body);
  return () => {
    const signing = signer.start(header);
    signing.body(body);
    return signing.endSync()[0]!.field.length;
  };
}

/** One message after the other, RSA in the thread pool, which is the default. */
export function dkimSignAwaited({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  return signing(input);
}

/** Sixteen messages at once. */
export function dkimSignParallel({ inputPath }: WorkInput): BatchedWork {
  const once = signing(readAuthInput(inputPath));
  return { batch: PARALLEL_BATCH, work: () => callInFlight(PARALLEL_BATCH, PARALLEL_FLIGHT, once) };
}

function signing(input: AuthInput): () => Promise<number> {
  const signer = makeSigner(input);
  const message = octetsOf(input.header + input.body);
  return async () => (await signMessage(message, signer))[0]!.field.length;
}

/** Every key is in the cache. */
export function dkimVerify({ inputPath }: WorkInput): Work {
  return verifying(readAuthInput(inputPath), new MemoryKeyCache());
}

/** The key's record is read, and the key imported, for every message. */
export function dkimVerifyUncached({ inputPath }: WorkInput): Work {
  return verifying(readAuthInput(inputPath), undefined);
}

function verifying(input: AuthInput, keyCache: KeyCache | undefined): () => Promise<number> {
  const resolver = fromMemory(input);
  const message = signedMessage(input);
  return async () => {
    const [verdict] = await verifyDkim(message, { resolver, now: Date.now(), keyCache });
    return expectPass(verdict?.result);
  };
}

/** The MAIL FROM identity: four records from memory. */
export function spfCheck({ inputPath }: WorkInput): BatchedWork {
  const input = readAuthInput(inputPath);
  return checking(input, fromMemory(input));
}

/** The same, and the answers come out of our cache, as in a server that takes mail all day. */
export function spfCheckFromCache({ inputPath }: WorkInput): BatchedWork {
  const input = readAuthInput(inputPath);
  return checking(input, cached(inMemoryZone(input.zone)));
}

function checking({ ip, helo, sender }: AuthInput, resolver: Resolver): BatchedWork {
  return inBatches(async () => expectPass((await checkSpf({ ip, helo, sender, resolver })).result));
}

/** What the check waits for and nothing else: the four answers out of the cache, as they are asked for. */
export function spfAnswers({ inputPath }: WorkInput): BatchedWork {
  const { zone } = readAuthInput(inputPath);
  const resolver = cached(inMemoryZone(zone));
  const names = Object.keys(zone).slice(0, 4);
  return inBatches(async () => {
    let records = 0;
    for (const name of names) records += (await resolver.query(name, 'TXT')).records.length;
    return records;
  });
}

/** The author is read already, the record is in the cache, SPF and DKIM pass and align. */
export function dmarcCheck({ inputPath }: WorkInput): BatchedWork {
  const input = readAuthInput(inputPath);
  const { domain } = input;
  const resolver = fromMemory(input);
  const from = extractAuthor(parseHeaders(octetsOf(input.header)));
  const cache = new DmarcCache();
  const spf = { result: 'pass', domain, identity: 'mailfrom' } as const;
  const dkim = [{ result: 'pass', domain }];
  return inBatches(async () => expectPass((await checkDmarc({ from, spf, dkim, resolver, cache })).result));
}

export function dnsQuery({ port }: WorkInput): BatchedWork {
  const resolver = createStubResolver({ servers: [`127.0.0.1:${port}`] });
  const once = async (): Promise<number> => {
    const { status, records } = await resolver.query(DNS_NAME, 'A');
    if (status !== 'ok') throw new Error(`the answer is ${status}`);
    return records.length;
  };
  return { batch: DNS_BATCH, work: () => callInFlight(DNS_BATCH, DNS_FLIGHT, once) };
}

function makeOptions(input: AuthInput): AuthenticatorOptions {
  const { ip, helo, sender } = input;
  return { resolver: fromMemory(input), hostname: HOSTNAME, ip, helo, sender, dkim: { keyCache: new MemoryKeyCache() }, dmarc: { cache: new DmarcCache() } };
}

/** The whole pass: the message comes in chunks, and the answers from memory. */
export function authenticateStreamed({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  const options = makeOptions(input);
  const message = signedMessage(input);
  const chunks = Array.from({ length: Math.ceil(message.length / CHUNK_OCTETS) }, (_, at) => message.subarray(at * CHUNK_OCTETS, (at + 1) * CHUNK_OCTETS));
  return async () => {
    const authenticator = new MessageAuthenticator(options);
    const splitter = new MessageSplitter(authenticator);
    for (const chunk of chunks) splitter.push(chunk);
    splitter.end();
    const { spf, dkim, dmarc, iprev, field } = await authenticator.end();
    for (const result of [spf.mailFrom?.result, spf.helo?.result, dkim[0]?.result, dmarc.result, iprev?.result]) expectPass(result);
    return field.length;
  };
}

/** Of the whole pass: SPF of both identities. */
export function authenticateSpf({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  const { ip, helo, sender } = input;
  const resolver = fromMemory(input);
  return async () => {
    const results = await Promise.all([checkSpf({ ip, helo, sender, resolver }), checkSpf({ ip, helo, sender, resolver, identity: 'helo' })]);
    return results.reduce((sum, { result }) => sum + expectPass(result), 0);
  };
}

/** Of the whole pass: how the address and its names fit. */
export function authenticateIprev({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  const resolver = fromMemory(input);
  return async () => expectPass((await checkIprev({ ip: input.ip, resolver })).result);
}

/** Of the whole pass: the reading of the header section, the author, and the fields that claim to be ours. */
export function authenticateHeaders({ inputPath }: WorkInput): Work {
  const input = readAuthInput(inputPath);
  const header = octetsOf(input.signatureField + input.header);
  return () => {
    const section = parseHeaders(header);
    return section.fields.length + findForged(section, [HOSTNAME]).length + (extractAuthor(section, header).domain?.length ?? 0);
  };
}
