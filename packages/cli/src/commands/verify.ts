/**
 * `mailwright verify FILE`: is this message from whom it says? SPF, DKIM, ARC, DMARC and reverse DNS as a receiver checks them, each step
 * with the section of the RFC that says so.
 *
 * Read next: `../authentication/verification-view.ts`.
 *
 * @rfc 8601 2.2
 */
import { authenticate, type AuthenticationReport } from '@mailwright/auth';
import { explainDkimFailure, type DkimCause } from '@mailwright/dkim';
import { findFields, parseHeaders } from '@mailwright/mime';
import { encodeLatin1, latin1 } from '@mailwright/wire';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments, type Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { formatVerification, isAuthenticated, verificationRecord, type Verification } from '../authentication/verification-view.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { pageWidth } from '../output/layout.ts';
import { paletteFor } from '../output/palette.ts';
import { asUsageError } from './connection-options.ts';
import { describeInput, readInput } from './read-input.ts';
import { RESOLVER_OPTIONS, withResolver, type CommandResolver } from './resolver-options.ts';

/** The whole message is held in memory. */
const MOST_OCTETS = 268_435_456;
const HOSTNAME = 'localhost';
const SESSION = 'The session';

const OPTIONS: OptionTable = {
  ip: { value: 'ADDRESS', help: 'The client that the message came from. Without it neither SPF nor reverse DNS are checked', group: SESSION },
  helo: { value: 'NAME', help: 'What the client said in HELO or EHLO', group: SESSION },
  from: { value: 'ADDRESS', help: 'What stood in MAIL FROM; <> for nothing. Default what Return-Path says', group: SESSION },
  hostname: { value: 'NAME', help: 'Who speaks in Authentication-Results; fields of that name in the message are forged. Default localhost', group: SESSION },
  'trust-sealer': { value: 'DOMAIN', many: true, help: 'Believe ARC chains that this domain has sealed', group: SESSION },
  'normalize-line-ends': { help: 'Make CRLF of line ends that are LF or CR alone, for messages that were kept as files of Unix', group: 'The message' },
  ...RESOLVER_OPTIONS,
  ...COMMON_OPTIONS,
};

export const verifySpec: CommandSpec = {
  name: 'verify',
  summary: 'Check whom a message is from: SPF, DKIM, ARC, DMARC, each step explained',
  usage: ['[OPTIONS] FILE.eml'],
  description: [
    'Checks a message as a receiver does, and prints every step with its RFC and section: the signatures (and what was done to a message whose signature fails), the chain of ARC, the policy of the domain in From, and with --ip also SPF and reverse DNS. Then the Authentication-Results field. - reads the standard input.',
    'Exit codes: 0 authenticated (DMARC passes; or there is no policy, and SPF or a signature passes; or a trusted sealer saw it pass), 1 not, 2 wrong usage, 3 the DNS could not say.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright verify letter.eml', 'Are its signatures good?'],
    ['mailwright verify letter.eml --ip 192.0.2.1 --helo mail.example.com --from jane@example.com', 'All that its receiver knew'],
    ['mailwright verify - --json < letter.eml', 'For programs'],
  ],
  operands: { most: 1, name: 'message' },
};

/** Verifies what was given. */
export async function verify(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(verifySpec, args);
  const [file] = given.operands;
  if (file === undefined) throw new UsageError('there is nothing to verify', 'Give a FILE.eml, or - for the standard input.');
  const octets = await readMessage(file, given.flag('normalize-line-ends'), io);
  return await withResolver(given, io, async (dns) => {
    const verification = await verifyMessage(file, octets, given, dns, io);
    if (given.flag('json')) writeRecord(io.stdout, verificationRecord(verification));
    else {
      const palette = paletteFor(io.stdout, io.env);
      io.stdout.write(`${[...formatVerification(verification, pageWidth(io.stdout), palette), '', palette.dim(`${dns.cost()}.`)].join('\n')}\n`);
    }
    if (isAuthenticated(verification.report)) return EXIT.ok;
    return verification.report.dmarc.result === 'temperror' ? EXIT.notSent : EXIT.rejected;
  });
}

async function readMessage(file: string, normalize: boolean, io: CommandIo): Promise<Uint8Array> {
  const octets = await readInput(file, MOST_OCTETS, io);
  if (octets.length === 0) throw new UsageError(`${describeInput(file)} is empty: there is no message in it`);
  return normalize ? encodeLatin1(latin1(octets).replace(/\r\n|\r|\n/g, '\r\n')) : octets;
}

async function verifyMessage(name: string, octets: Uint8Array, given: Arguments, dns: CommandResolver, io: CommandIo): Promise<Verification> {
  const ip = given.text('ip');
  const helo = given.text('helo') ?? '';
  const { sender, senderSource } = readSender(given.text('from'), octets);
  const report = await authenticate(octets, {
    resolver: dns.resolver,
    hostname: given.text('hostname') ?? HOSTNAME,
    ip,
    helo,
    sender,
    checkHelo: helo !== '',
    arc: { trustedSealers: given.list('trust-sealer') },
    clock: io.clock,
    signal: dns.signal,
  }).catch((error: unknown) => {
    throw asUsageError(error);
  });
  return { name, octets: octets.length, ip, helo, sender, senderSource, report, causes: await findCauses(octets, report, dns, io), queries: dns.queries };
}

/** What was done to the message, for each signature. */
async function findCauses(octets: Uint8Array, { dkim }: AuthenticationReport, { resolver, signal }: CommandResolver, { clock }: CommandIo): Promise<readonly (readonly DkimCause[])[]> {
  const causes: (readonly DkimCause[])[] = [];
  for (const result of dkim) causes.push(await explainDkimFailure(octets, result, { verifier: { resolver, signal, now: clock.wallTime() } }));
  return causes;
}

/** What the option says, else what the last server wrote down. @rfc 5321 4.4 */
function readSender(from: string | undefined, octets: Uint8Array): Pick<Verification, 'sender' | 'senderSource'> {
  if (from !== undefined) return { sender: withoutBrackets(from), senderSource: 'option' };
  const [field] = findFields(parseHeaders(octets), 'Return-Path');
  const path = field === undefined ? undefined : /^\s*<([^<>\s]*)>\s*$/.exec(field.text)?.[1];
  return path === undefined ? { sender: '', senderSource: 'none' } : { sender: path, senderSource: 'return-path' };
}

function withoutBrackets(path: string): string {
  return path.startsWith('<') && path.endsWith('>') ? path.slice(1, -1) : path;
}
