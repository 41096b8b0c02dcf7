/**
 * `mailwright spf DOMAIN IP`: may this address send mail for that domain, and why; with `--analyze`, what the domain's record comes to.
 *
 * Read next: `../authentication/spf-view.ts`.
 *
 * @rfc 7208 4.1
 */
import { analyzeSpf, checkSpf, type SpfAnalysis, type SpfResult } from '@mailwright/spf';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments, type Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { formatSpfAnalysis, spfAnalysisRecord } from '../authentication/spf-analysis-view.ts';
import { formatSpf, spfRecord } from '../authentication/spf-view.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { pageWidth } from '../output/layout.ts';
import { paletteFor } from '../output/palette.ts';
import { asUsageError } from './connection-options.ts';
import { RESOLVER_OPTIONS, withResolver, type CommandResolver } from './resolver-options.ts';

const CHECK = 'The check';
const ANALYSIS = 'The analysis';

const OPTIONS: OptionTable = {
  sender: { value: 'ADDRESS', help: 'What stood in MAIL FROM. Default postmaster@DOMAIN', group: CHECK },
  helo: { value: 'NAME', help: 'What the client said in HELO. Default DOMAIN', group: CHECK },
  identity: { value: 'WHICH', help: 'mailfrom or helo: whose domain is checked. Default mailfrom', group: CHECK },
  explanation: { help: 'After a fail, ask for the text that the domain has for the sender (exp=)', group: CHECK },
  analyze: { help: 'What the record comes to: who may send, lookups left, dangling names, wide networks', group: ANALYSIS },
  record: { value: 'TEXT', help: 'Analyze this record in place of the published one: what would it come to?', group: ANALYSIS },
  ...RESOLVER_OPTIONS,
  ...COMMON_OPTIONS,
};

export const spfSpec: CommandSpec = {
  name: 'spf',
  summary: 'Check whether an address may send mail for a domain (SPF), every term explained',
  usage: ['[OPTIONS] DOMAIN IP', '[OPTIONS] --analyze DOMAIN [IP]'],
  description: [
    'Evaluates the SPF record of DOMAIN for a client at IP (RFC 7208): the records as a tree, what each term came to, what it cost, and every step with its section.',
    'With --analyze: which addresses may send at all, how many of the ten lookups are left, and what is wrong or dangerous in the record.',
    'Exit codes: 0 pass (with --analyze alone: no errors), 1 any other result, 2 wrong usage, 3 the DNS could not say.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright spf example.com 192.0.2.1', 'May this address send for example.com?'],
    ['mailwright spf example.com --analyze', 'Who may, and what is wrong with the record?'],
    ['mailwright spf example.com 192.0.2.1 --zone example.zone', 'Try records before they are published'],
  ],
  operands: { most: 2, name: 'DOMAIN and IP' },
};

/** Checks, analyzes, or both. */
export async function spf(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(spfSpec, args);
  const [domain, ip] = given.operands;
  const analyze = given.flag('analyze');
  if (domain === undefined) throw new UsageError('which domain?', 'Give a DOMAIN and the IP of a client, or --analyze DOMAIN.');
  if (ip === undefined && !analyze) throw new UsageError('which client?', 'Give the IP address that the mail comes from, or --analyze.');
  if (given.text('record') !== undefined && !analyze) throw new UsageError('--record goes with --analyze');
  return await withResolver(given, io, async (dns) => {
    const result = ip === undefined ? undefined : await check(given, domain, ip, dns, io);
    const analysis = analyze ? await analyzeRecord(given, domain, dns) : undefined;
    if (given.flag('json')) {
      if (result !== undefined) writeRecord(io.stdout, spfRecord(result));
      if (analysis !== undefined) writeRecord(io.stdout, spfAnalysisRecord(analysis));
    } else show(result, analysis, dns, io);
    return exitCodeOf(result, analysis);
  });
}

async function check(given: Arguments, domain: string, ip: string, { resolver, signal }: CommandResolver, { clock }: CommandIo): Promise<SpfResult> {
  const sender = given.text('sender') ?? `postmaster@${domain}`;
  const helo = given.text('helo') ?? domain;
  const identity = given.choice('identity', ['mailfrom', 'helo']);
  const explanation = given.flag('explanation');
  return await checkSpf({ ip, sender, helo, identity, explanation, resolver, signal, clock }).catch((error: unknown) => {
    throw asUsageError(error);
  });
}

async function analyzeRecord(given: Arguments, domain: string, { resolver, signal }: CommandResolver): Promise<SpfAnalysis> {
  return await analyzeSpf({ domain, resolver, signal, record: given.text('record') }).catch((error: unknown) => {
    throw asUsageError(error);
  });
}

function show(result: SpfResult | undefined, analysis: SpfAnalysis | undefined, dns: CommandResolver, io: CommandIo): void {
  const palette = paletteFor(io.stdout, io.env);
  const width = pageWidth(io.stdout);
  const lines = [
    ...(result === undefined ? [] : [...formatSpf(result, width, palette), '']),
    ...(analysis === undefined ? [] : [...formatSpfAnalysis(analysis, width, palette), '']),
    palette.dim(`${dns.cost()}.`),
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}

function exitCodeOf(result: SpfResult | undefined, analysis: SpfAnalysis | undefined): ExitCode {
  if (result !== undefined) return result.result === 'pass' ? EXIT.ok : result.result === 'temperror' ? EXIT.notSent : EXIT.rejected;
  if (analysis?.findings.some(({ code }) => code === 'unanswered') === true) return EXIT.notSent;
  return analysis?.findings.some(({ level }) => level === 'error') === true ? EXIT.rejected : EXIT.ok;
}
