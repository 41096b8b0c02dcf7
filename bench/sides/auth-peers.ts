/**
 * Other people's libraries as peers of the `dkim`, `spf`, `dmarc`, `dns` and `auth` entries, each used as its README shows: keys as PEM, messages as a Buffer,
 * answers of the DNS from memory in the form of node:dns. What mailauth's verdicts are is looked at.
 */
import { Resolver } from 'node:dns/promises';
import { createRequire } from 'node:module';
import { DNS_BATCH, DNS_FLIGHT, DNS_NAME, SMALL_BATCH, callInFlight, readAuthInput } from './auth-inputs.ts';
import type { AuthInput } from './auth-inputs.ts';
import type { BatchedWork, Work, WorkInput } from './work.ts';

const load = <T>({ peersPath }: WorkInput, name: string): T => createRequire(peersPath)(name) as T;

/** As much of each API as is used here. */
type NodeDnsFunction = (name: string, type: string) => Promise<readonly unknown[]>;
interface MailauthStatus {
  readonly status: { readonly result: string };
}
interface Mailauth {
  dkimSign(message: Buffer, options: object): Promise<{ readonly signatures: string; readonly errors: readonly unknown[] }>;
  dkimVerify(message: Buffer, options: object): Promise<{ readonly results: readonly MailauthStatus[] }>;
  spf(options: object): Promise<MailauthStatus>;
  dmarc(options: object): Promise<MailauthStatus | false>;
  authenticate(message: Buffer, options: object): Promise<{ readonly dkim: { readonly results: readonly MailauthStatus[] }; readonly spf: MailauthStatus; readonly dmarc: MailauthStatus; readonly headers: string }>;
}
type NodemailerDkim = new (options: object) => { sign(message: Buffer): NodeJS.ReadableStream };

const MTA = 'mx.server.example';

function expectPass(of: MailauthStatus | false | undefined): number {
  if (of === false || of?.status.result !== 'pass') throw new Error(`the result is ${of === false ? 'none' : of?.status.result}`);
  return 1;
}

/** As node:dns answers: TXT as a list of lists of strings, errors with a code. */
function fromMemory({ zone }: AuthInput): NodeDnsFunction {
  const answers = new Map<string, readonly unknown[]>();
  for (const [name, node] of Object.entries(zone)) {
    for (const [type, data] of Object.entries(node)) answers.set(`${type} ${name}`, type === 'TXT' ? [data.match(/.{1,255}/g)] : [data]);
  }
  return async (name, type) => {
    const found = answers.get(`${type} ${name}`);
    if (found === undefined) throw Object.assign(new Error(`query${type} ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
    return found;
  };
}

/** The signed message is read to its end. */
export function nodemailerSign(input: WorkInput): Work {
  const loaded = load<NodemailerDkim | { default: NodemailerDkim }>(input, 'nodemailer/lib/dkim');
  const Dkim = 'default' in loaded ? loaded.default : loaded;
  const { domain, selector, privateKeyPem, header, body } = readAuthInput(input.inputPath);
  const dkim = new Dkim({ domainName: domain, keySelector: selector, privateKey: privateKeyPem });
  const message = Buffer.from(header + body);
  return async () => {
    let octets = 0;
    for await (const chunk of dkim.sign(message)) octets += chunk.length;
    if (octets < message.length + 300) throw new Error('no signature was made');
    return octets;
  };
}

export function mailauthSign(input: WorkInput): Work {
  const { dkimSign } = load<Mailauth>(input, 'mailauth');
  const { keyType, domain, selector, privateKeyPem, header, body } = readAuthInput(input.inputPath);
  const message = Buffer.from(header + body);
  const signatureData = [{ signingDomain: domain, selector, privateKey: privateKeyPem, algorithm: `${keyType}-sha256`, canonicalization: 'relaxed/relaxed' }];
  return async () => {
    const { signatures, errors } = await dkimSign(message, { canonicalization: 'relaxed/relaxed', signTime: new Date(), signatureData });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return signatures.length > 300 || keyType === 'ed25519' ? 1 : 0;
  };
}

export function mailauthVerify(input: WorkInput): Work {
  const { dkimVerify } = load<Mailauth>(input, 'mailauth');
  const given = readAuthInput(input.inputPath);
  const resolver = fromMemory(given);
  const message = Buffer.from(given.signatureField + given.header + given.body);
  return async () => expectPass((await dkimVerify(message, { resolver })).results[0]);
}

export function mailauthSpf(input: WorkInput): Work {
  const { spf } = load<Mailauth>(input, 'mailauth');
  const given = readAuthInput(input.inputPath);
  const { ip, helo, sender } = given;
  const resolver = fromMemory(given);
  return async () => expectPass(await spf({ ip, helo, sender, mta: MTA, resolver }));
}

/** It has no cache, so the record is read for every message. */
export function mailauthDmarc(input: WorkInput): BatchedWork {
  const { dmarc } = load<Mailauth>(input, 'mailauth');
  const given = readAuthInput(input.inputPath);
  const { domain } = given;
  const resolver = fromMemory(given);
  return {
    batch: SMALL_BATCH,
    async work() {
      let passed = 0;
      for (let call = 0; call < SMALL_BATCH; call++) {
        const verdict = await dmarc({ headerFrom: domain, spfDomains: [{ domain }], dkimDomains: [{ domain, aligned: domain }], resolver });
        passed += expectPass(verdict);
      }
      return passed;
    },
  };
}

/** Whole messages only; no iprev and no SPF of the HELO name. */
export function mailauthAuthenticate(input: WorkInput): Work {
  const { authenticate } = load<Mailauth>(input, 'mailauth');
  const given = readAuthInput(input.inputPath);
  const { ip, helo, sender } = given;
  const resolver = fromMemory(given);
  const message = Buffer.from(given.signatureField + given.header + given.body);
  return async () => {
    const { dkim, spf, dmarc, headers } = await authenticate(message, { ip, helo, sender, mta: MTA, resolver, disableArc: true, disableBimi: true });
    for (const one of [dkim.results[0], spf, dmarc]) expectPass(one);
    return headers.length;
  };
}

export function nodeDnsQuery({ port }: WorkInput): BatchedWork {
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${port}`]);
  const once = async (): Promise<number> => (await resolver.resolve4(DNS_NAME, { ttl: true })).length;
  return { batch: DNS_BATCH, work: () => callInFlight(DNS_BATCH, DNS_FLIGHT, once) };
}
