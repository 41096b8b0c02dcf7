/**
 * The domains of `npm start`, with all that a receiver asks the DNS about them, and a DNS server on this machine that says so: who may send
 * (SPF), the keys of their signatures (DKIM), what to do with a message that neither vouches for (DMARC), whose address this is (PTR).
 */
import { canonicalDomain } from '@mailwright/address';
import { createDkimSigner, generateDkimKeyPair, signMessage, type DkimKeyPair, type DkimSigner } from '@mailwright/dkim';
import { createStubResolver, startDnsServer, type StubResolver, type ZoneObject } from '@mailwright/dns';
import { concatOctets, encodeUtf8 } from '@mailwright/wire';

/** Whose letters are signed: in A-labels where the name is not ASCII. */
export const SIGNED_DOMAINS: readonly string[] = ['sender.example', canonicalDomain('отправитель.example')];
/** A domain of its own, which may send for itself and for nobody else. */
export const OTHER_DOMAIN = 'relay.example';
export const CLIENT_NAME = 'client.sender.example';

const ADDRESSES = { A: '127.0.0.1', AAAA: '::1' };
const LOCAL_SPF = 'v=spf1 ip4:127.0.0.1 ip6:::1 -all';
const REVERSE_NAMES = ['1.0.0.127.in-addr.arpa', `1.${'0.'.repeat(31)}ip6.arpa`];

export interface DemoDomain {
  /** Asks the DNS server, with packets of our own. */
  readonly resolver: StubResolver;
  /** `127.0.0.1:53535` */
  readonly address: string;
  /** The letter with two signatures of the domain above it, RSA and Ed25519. */
  sign(letter: Uint8Array, domain: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Makes keys, a zone and a DNS server on a free port of this machine. */
export async function startDemoDomain(): Promise<DemoDomain> {
  const [rsa, ed25519] = await Promise.all([generateDkimKeyPair('rsa'), generateDkimKeyPair('ed25519')]);
  const server = await startDnsServer({ zone: makeZone(rsa, ed25519), host: '127.0.0.1' });
  const address = `127.0.0.1:${server.port}`;
  const resolver = createStubResolver({ servers: [address] });
  const signers = new Map<string, DkimSigner>(SIGNED_DOMAINS.map((domain) => {
    return [domain, createDkimSigner({ domain, keys: [{ selector: 'rsa', key: rsa.key }, { selector: 'ed25519', key: ed25519.key }] })];
  }));
  return {
    resolver,
    address,
    sign: async (letter, domain) => {
      const signatures = await signMessage(letter, signers.get(domain)!);
      return concatOctets([encodeUtf8(signatures.map(({ field }) => field).join('')), letter]);
    },
    close: async () => {
      await resolver.close();
      await server.close();
    },
  };
}

function makeZone(rsa: DkimKeyPair, ed25519: DkimKeyPair): ZoneObject {
  const zone: Record<string, ZoneObject[string]> = {
    [CLIENT_NAME]: { ...ADDRESSES, TXT: 'v=spf1 a -all' },
    [OTHER_DOMAIN]: { ...ADDRESSES, TXT: LOCAL_SPF },
  };
  for (const name of REVERSE_NAMES) zone[name] = { PTR: `${CLIENT_NAME}.` };
  for (const domain of SIGNED_DOMAINS) {
    zone[domain] = { TXT: LOCAL_SPF };
    zone[`_dmarc.${domain}`] = { TXT: 'v=DMARC1; p=reject' };
    zone[`rsa._domainkey.${domain}`] = { TXT: rsa.record };
    zone[`ed25519._domainkey.${domain}`] = { TXT: ed25519.record };
  }
  return zone;
}
