/**
 * `mailwright dmarc DOMAIN`: which DMARC record counts for a domain, how it is found, and what each of its tags says.
 *
 * Read next: `../authentication/dmarc-view.ts`.
 *
 * @rfc 9989 4.10.1
 */
import { checkDmarc, DmarcCache, extractAuthor, walkTree, type AuthorVerdict } from '@mailwright/dmarc';
import { parseHeaders } from '@mailwright/mime';
import { encodeUtf8 } from '@mailwright/wire';
import { COMMON_OPTIONS, type CommandSpec, type OptionTable } from '../arguments/option-table.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { dmarcRecord, formatDmarc, outcomeOf, type DmarcFacts } from '../authentication/dmarc-view.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { pageWidth } from '../output/layout.ts';
import { paletteFor } from '../output/palette.ts';
import { RESOLVER_OPTIONS, withResolver, type CommandResolver } from './resolver-options.ts';

const OPTIONS: OptionTable = { ...RESOLVER_OPTIONS, ...COMMON_OPTIONS };

export const dmarcSpec: CommandSpec = {
  name: 'dmarc',
  summary: 'Show the DMARC record that counts for a domain, how it is found, what its tags say',
  usage: ['[OPTIONS] DOMAIN'],
  description: [
    'Walks up the tree from DOMAIN as RFC 9989 has it, shows what stands at each name, whose policy counts for mail with DOMAIN in From, and every tag of that record: written or default, and what it means.',
    'Exit codes: 0 there is a policy, 1 there is none, 2 wrong usage, 3 the DNS could not say.',
  ],
  options: OPTIONS,
  examples: [
    ['mailwright dmarc news.example.com', 'What happens to mail that claims to be from there?'],
    ['mailwright dmarc example.com --zone example.zone', 'Try a record before it is published'],
  ],
  operands: { most: 1, name: 'DOMAIN' },
};

/** Shows what DMARC says of a domain. */
export async function dmarc(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = parseArguments(dmarcSpec, args);
  const [domain] = given.operands;
  if (domain === undefined) throw new UsageError('which domain?', 'Give the DOMAIN of an address in From: example.com');
  const author = readAuthor(domain);
  return await withResolver(given, io, async (dns) => {
    const facts = await findFacts(author, domain, dns);
    if (given.flag('json')) writeRecord(io.stdout, dmarcRecord(facts));
    else {
      const palette = paletteFor(io.stdout, io.env);
      const lines = [...formatDmarc(facts, pageWidth(io.stdout), palette), '', palette.dim(`${dns.cost()}.`)];
      io.stdout.write(`${lines.join('\n')}\n`);
    }
    const outcome = outcomeOf(facts.verdict);
    return outcome === 'policy' ? EXIT.ok : outcome === 'temp' ? EXIT.notSent : EXIT.rejected;
  });
}

/** The domain as that of an author, by the one rule that there is for authors. */
function readAuthor(domain: string): AuthorVerdict {
  const given = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  const author = /[\s<>@,;:"()]/.test(given) ? undefined : extractAuthor(parseHeaders(encodeUtf8(`From: <author@${given}>\r\n\r\n`)));
  if (author?.domain === undefined) throw new UsageError(`${JSON.stringify(domain)} is no domain`, 'Give the DOMAIN of an address in From: example.com');
  return author;
}

async function findFacts(author: AuthorVerdict, given: string, { resolver, signal }: CommandResolver): Promise<DmarcFacts> {
  const cache = new DmarcCache();
  const domain = author.domain ?? given;
  const walk = await walkTree(domain, { resolver, signal, cache });
  const verdict = await checkDmarc({ from: author, resolver, signal, cache });
  return { domain, walk, verdict };
}
