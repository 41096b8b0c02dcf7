/**
 * Our DKIM signatures verified by OpenDKIM, dkimpy and Mail::DKIM, theirs by us. No traffic: files, and keys from a list.
 */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDkimSigner, generateDkimKeyPair, signMessage, verifyDkim } from '@mailwright/dkim';
import { inMemoryZone } from '@mailwright/dns';
import { PYTHON, findProgram } from './programs.ts';
import { MESSAGES_TO_SIGN } from './signed-messages.ts';
import type { DkimKeyPair } from '@mailwright/dkim';
import type { Scenario, ScenarioContext } from './scenario.ts';
import type { MessageToSign } from './signed-messages.ts';

const DOMAIN = 'one.example';
const CANONICALIZATIONS = ['relaxed/relaxed', 'relaxed/simple', 'simple/relaxed', 'simple/simple'] as const;
const LARGE_OCTETS = 1_000_000;
const TIMEOUT_MS = 120_000;

/** Where we don't agree, and why. */
interface Difference {
  readonly peer: string;
  readonly messages: readonly string[] | 'all';
  /** Only in what it signs with a key of this kind. */
  readonly signing?: KeyKind;
  /** The canonicalization of the header or the body under which it shows. */
  readonly under: RegExp;
  /** What we say about its signature: why it fails, or that there is none. */
  readonly here: 'body-hash-mismatch' | 'signature-mismatch' | 'none';
  readonly reason: string;
}

/** DATA can't carry a body without a line end at its end; BDAT can. */
const DIFFERENCES: readonly Difference[] = [
  { peer: 'OpenDKIM', messages: ['no last CRLF', 'two lines without a last CRLF'], under: /\/relaxed$/, here: 'none', reason: 'neither signs nor verifies ("CRLF at end of body missing"); RFC 6376 3.4.4 adds the CRLF' },
  { peer: 'OpenDKIM', messages: ['a field folded in every place', 'empty fields'], under: /^simple/, here: 'signature-mismatch', reason: 'its test mode, like the milter protocol, loses what stands between a colon and the value; RFC 6376 3.4.1 changes nothing' },
  { peer: 'OpenDKIM', messages: 'all', signing: 'ed25519', under: /^simple/, here: 'signature-mismatch', reason: 'what it signs with Ed25519 and a simple header does not verify in itself nor in dkimpy either' },
  { peer: 'dkimpy', messages: ['white space without a last CRLF'], under: /\/relaxed$/, here: 'body-hash-mismatch', reason: 'keeps white space at the end of a last line without CRLF; RFC 6376 3.4.4 ignores it at the end of every line' },
  { peer: 'Mail::DKIM', messages: ['no last CRLF', 'two lines without a last CRLF', 'white space without a last CRLF'], under: /\/simple$/, here: 'body-hash-mismatch', reason: 'adds no CRLF where the body has none at its end; RFC 6376 3.4.3 does' },
];

type Canonicalizations = (typeof CANONICALIZATIONS)[number];
type KeyKind = 'rsa' | 'ed25519';

/** A message as a file of the scenario's folder. */
interface MessageFile {
  readonly file: string;
  /** For what is reported. */
  readonly name: string;
  readonly canonicalization: Canonicalizations;
  readonly message: MessageToSign;
}

interface Keys {
  readonly rsa: DkimKeyPair;
  readonly ed25519: DkimKeyPair;
}

/** A program that signs and verifies. */
interface Peer {
  readonly name: string;
  readonly needs: readonly string[];
  /** What it knows; a signature of another kind has to leave the others alone. */
  readonly kinds: readonly KeyKind[];
  /** One verdict for each signature of each file, from the top. */
  verify(context: ScenarioContext, files: readonly string[], keys: Keys): Promise<readonly (readonly string[])[]>;
  /** The field for each file. */
  sign(context: ScenarioContext, files: readonly MessageFile[], kind: KeyKind, keys: Keys): Promise<readonly string[]>;
}

const recordsOf = ({ rsa, ed25519 }: Keys): Record<string, string> => ({ [`rsa._domainkey.${DOMAIN}`]: rsa.record, [`ed25519._domainkey.${DOMAIN}`]: ed25519.record });

/** PKCS #1 for RSA, which all of them read; of Ed25519 the seed in base64, as dkimpy wants it. */
function exportKey(pair: DkimKeyPair, kind: KeyKind): string {
  const key = createPrivateKey(pair.privateKeyPem);
  if (kind === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }) as string;
  return Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url').toString('base64');
}

/** A script that takes a job as JSON. */
function scriptPeer(name: string, command: string, script: string, needs: readonly string[], kinds: readonly KeyKind[]): Peer {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const ask = async <T>(context: ScenarioContext, job: object): Promise<Readonly<Record<string, T>>> => {
    const { status, stdout, stderr } = await context.run(command, [path], { input: JSON.stringify({ ...job, folder: context.folder }) });
    assert.equal(status, 0, `${name}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, T>;
  };
  return {
    name,
    needs,
    kinds,
    verify: async (context, files, keys) => {
      const verdicts = await ask<readonly string[]>(context, { task: 'verify', files, records: recordsOf(keys) });
      return files.map((file) => verdicts[file] ?? []);
    },
    sign: async (context, files, kind, keys) => {
      const job = { task: 'sign', domain: DOMAIN, selector: kind, algorithm: `${kind}-sha256`, key: exportKey(keys[kind], kind) };
      const fields = await ask<string>(context, { ...job, files: files.map(({ file, canonicalization }) => [file, canonicalization]) });
      return files.map(({ file }) => fields[file] ?? '');
    },
  };
}

/** Runs the filter's test mode over files; gives the field that it would put into each, `''` where it puts in none. */
async function runOpenDkim(context: ScenarioContext, files: readonly string[], settings: readonly string[]): Promise<readonly string[]> {
  const config = join(context.folder, 'opendkim.conf');
  writeFileSync(config, settings.map((line) => `${line}\n`).join(''));
  const { status, stdout, stderr } = await context.run(findProgram('opendkim')!, ['-x', config, '-vv', '-t', files.join(',')], { cwd: context.folder });
  assert.equal(status, 0, `OpenDKIM: ${stderr.slice(-2000)}`);
  const fields = [...stdout.matchAll(/^### INSHEADER: idx=\d+ hname='([^']*)' hvalue='([^']*)'$/gm)].map(([, name, value]) => `${name}: ${value!.trimStart().replace(/\r?\n/g, '\r\n')}\r\n`);
  if (fields.length === files.length) return fields;
  if (files.length === 1) return [''];
  // It does not say which file a field is for: those without one are found by halves.
  const middle = files.length >> 1;
  return [...(await runOpenDkim(context, files.slice(0, middle), settings)), ...(await runOpenDkim(context, files.slice(middle), settings))];
}

const OPENDKIM: Peer = {
  name: 'OpenDKIM',
  needs: ['opendkim'],
  kinds: ['rsa', 'ed25519'],
  verify: async (context, files, keys) => {
    writeFileSync(join(context.folder, 'keys.txt'), Object.entries(recordsOf(keys)).map(([name, record]) => `${name} ${record}\n`).join(''));
    const fields = await runOpenDkim(context, files, ['Mode v', `TestPublicKeys ${context.folder}/keys.txt`]);
    return fields.map((field) => [...field.matchAll(/\bdkim=(\w+)( \([^)]*\))?/g)].map(([, verdict, reason = '']) => (verdict === 'pass' ? 'pass' : `${verdict}${reason}`)));
  },
  sign: async (context, files, kind, keys) => {
    writeFileSync(join(context.folder, 'key.pem'), keys[kind].privateKeyPem, { mode: 0o600 });
    const fields = new Map<string, string>();
    for (const canonicalization of CANONICALIZATIONS) {
      const some = files.filter((file) => file.canonicalization === canonicalization).map(({ file }) => file);
      const settings = ['Mode s', `SigningTable refile:${context.folder}/signers`, `KeyTable file:${context.folder}/keys`, `Canonicalization ${canonicalization}`, `SignatureAlgorithm ${kind}-sha256`, 'RequireSafeKeys no'];
      writeFileSync(join(context.folder, 'signers'), '* only\n');
      writeFileSync(join(context.folder, 'keys'), `only ${DOMAIN}:${kind}:${join(context.folder, 'key.pem')}\n`);
      for (const [index, field] of (await runOpenDkim(context, some, settings)).entries()) fields.set(some[index]!, field);
    }
    return files.map(({ file }) => fields.get(file) ?? '');
  },
};

const DKIMPY = scriptPeer('dkimpy', PYTHON, 'python/dkim-messages.py', ['python3:dkim', 'python3:nacl'], ['rsa', 'ed25519']);
const MAIL_DKIM = scriptPeer('Mail::DKIM', 'perl', 'perl/dkim-messages.pl', ['perl:Mail::DKIM', 'perl:Net::DNS'], ['rsa']);
const PEERS = [OPENDKIM, DKIMPY, MAIL_DKIM];

/** Every message in every canonicalization; a large one in two. */
function makeFiles(): readonly MessageFile[] {
  return MESSAGES_TO_SIGN.flatMap((message, index) => {
    const some = message.octets.length < LARGE_OCTETS ? CANONICALIZATIONS : CANONICALIZATIONS.filter((each) => each === 'relaxed/relaxed' || each === 'simple/simple');
    return some.map((canonicalization) => ({ file: `${index}-${canonicalization.replace('/', '-')}.eml`, name: `${message.name}, ${canonicalization}`, canonicalization, message }));
  });
}

async function makeKeys(): Promise<Keys> {
  const [rsa, ed25519] = await Promise.all([generateDkimKeyPair('rsa'), generateDkimKeyPair('ed25519')]);
  return { rsa, ed25519 };
}

/** Why `peer` does not get along with this one, or `undefined`. `signing`: the kind of key that it signs with. */
function differenceOf(peer: Peer, { message, canonicalization }: MessageFile, signing?: KeyKind): Difference | undefined {
  const found = DIFFERENCES.filter((each) => each.peer === peer.name && (each.signing === undefined || each.signing === signing) && each.under.test(canonicalization));
  return found.find(({ messages }) => messages === 'all' || messages.includes(message.name));
}

const write = (context: ScenarioContext, file: string, ...parts: readonly Uint8Array[]): void => writeFileSync(join(context.folder, file), Buffer.concat(parts));

/** Signed by RSA, by Ed25519, or by both, with the options that change the field by turns. */
async function ourSignatures(context: ScenarioContext, peer: Peer): Promise<void> {
  const keys = await makeKeys();
  const files = makeFiles();
  const expected: string[] = [];
  for (const [index, each] of files.entries()) {
    const { file, message, canonicalization } = each;
    const kinds = ([['rsa', 'ed25519'], ['rsa'], ['ed25519', 'rsa'], ['ed25519']] as const)[Math.floor(index / 4 + index) % 4]!;
    const used = peer.kinds.includes('ed25519') || kinds.length === 2 ? kinds : (['rsa'] as const);
    const signer = createDkimSigner({
      domain: DOMAIN, canonicalization, keys: used.map((kind) => ({ selector: kind, key: keys[kind].key })),
      identity: index % 3 === 0 ? `list@sub.${DOMAIN}` : undefined, expiresInSeconds: index % 5 === 0 ? 86_400 : undefined, copyFields: index % 7 === 0,
    });
    const signatures = await signMessage(message.octets, signer);
    write(context, file, Buffer.from(signatures.map(({ field }) => field).join('')), message.octets);
    expected.push(differenceOf(peer, each) === undefined ? used.map((kind) => (peer.kinds.includes(kind) ? 'pass' : 'not pass')).join(', ') : 'no pass');
  }
  const verdicts = await peer.verify(context, files.map(({ file }) => file), keys);
  const said = verdicts.map((each, index) => {
    if (expected[index] === 'no pass' && !each.includes('pass')) return 'no pass';
    // What it can't verify is left aside by each in words of its own.
    return each.map((verdict, at) => (expected[index]!.split(', ')[at] === 'not pass' && verdict !== 'pass' ? 'not pass' : verdict)).join(', ');
  });
  assert.deepEqual(said.map((verdict, index) => `${files[index]!.name}: ${verdict}`), expected.map((verdict, index) => `${files[index]!.name}: ${verdict}`));
}

/** What was changed after we signed it passes nowhere: a word of the body, a signed field, a second From. */
async function changedMessages(context: ScenarioContext, peer: Peer): Promise<void> {
  const keys = await makeKeys();
  const changes: readonly ((text: string) => string)[] = [(text) => `${text}added\r\n`, (text) => text.replace(/^Subject: /im, 'Subject: [x] '), (text) => `From: Eve <eve@one.example>\r\n${text}`];
  const files: string[] = [];
  for (const [index, canonicalization] of CANONICALIZATIONS.entries()) {
    const { octets } = MESSAGES_TO_SIGN[0]!;
    const signatures = await signMessage(octets, { domain: DOMAIN, canonicalization, keys: [{ selector: 'rsa', key: keys.rsa.key }] });
    const signed = `${signatures[0]!.field}${Buffer.from(octets).toString('latin1')}`;
    for (const [at, change] of changes.entries()) {
      files.push(`changed-${index}-${at}.eml`);
      write(context, files.at(-1)!, Buffer.from(change(signed), 'latin1'));
    }
  }
  for (const [index, verdict] of (await peer.verify(context, files, keys)).entries()) assert.ok(verdict.length === 1 && verdict[0] !== 'pass', `${files[index]}: ${verdict.join(', ')}`);
}

async function theirSignatures(context: ScenarioContext, peer: Peer): Promise<void> {
  const keys = await makeKeys();
  const resolver = inMemoryZone(Object.fromEntries(Object.entries(recordsOf(keys)).map(([name, text]) => [name, { TXT: text }])));
  const files = makeFiles();
  for (const { file, message } of files) write(context, file, message.octets);
  for (const kind of peer.kinds) {
    const fields = await peer.sign(context, files, kind, keys);
    for (const [index, each] of files.entries()) {
      const { name, canonicalization, message } = each;
      const results = await verifyDkim(Buffer.concat([Buffer.from(fields[index]!, 'latin1'), message.octets]), { resolver, now: Date.now() });
      const said = results.map(({ result, reason, signature }) => [result, reason, signature?.algorithm, `${signature?.canonicalization.header}/${signature?.canonicalization.body}`]);
      const difference = differenceOf(peer, each, kind);
      if (difference !== undefined) assert.equal(results[0]?.reason ?? 'none', difference.here, `${kind}, ${name}`);
      else assert.deepEqual(said, [['pass', undefined, `${kind}-sha256`, canonicalization]], `${kind}, ${name}\n${fields[index]}`);
    }
  }
}

export const scenarios: readonly Scenario[] = PEERS.flatMap((peer): Scenario[] => {
  const kinds = peer.kinds.length === 2 ? 'RSA, Ed25519 and both' : 'RSA, and RSA beside Ed25519';
  return [
    { name: `our DKIM signatures -> ${peer.name}: ${MESSAGES_TO_SIGN.length} messages in all canonicalizations, ${kinds}`, needs: peer.needs, timeoutMs: TIMEOUT_MS, run: (context) => ourSignatures(context, peer) },
    { name: `our DKIM signatures -> ${peer.name}: a line more, a changed subject, a second From fail`, needs: peer.needs, timeoutMs: TIMEOUT_MS, run: (context) => changedMessages(context, peer) },
    { name: `${peer.name}'s DKIM signatures -> ours: ${MESSAGES_TO_SIGN.length} messages in all canonicalizations, ${peer.kinds.join(' and ')}`, needs: peer.needs, timeoutMs: TIMEOUT_MS, run: (context) => theirSignatures(context, peer) },
  ];
});
