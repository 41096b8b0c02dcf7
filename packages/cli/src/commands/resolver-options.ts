/**
 * Whom the commands of mail authentication ask: name servers, or a zone file, which is a DNS of one's own for tests and for learning.
 *
 * Every command has one resolver for its whole run, with a cache in front: what SPF has learnt, DMARC does not ask again.
 */
import { cached, createStubResolver, inMemoryZone, parseNameServer, parseZoneFile, type Resolver, type StubResolver } from '@mailwright/dns';
import { utf8 } from '@mailwright/wire';
import type { OptionTable } from '../arguments/option-table.ts';
import type { Arguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { formatDuration, formatPlural } from '../output/numbers.ts';
import { visibleText } from '../output/visible-text.ts';
import { readInput } from './read-input.ts';

const DNS = 'The DNS';
const MOST_SECONDS = 600;
const MOST_ZONE_OCTETS = 33_554_432;

export const RESOLVER_OPTIONS: OptionTable = {
  dns: { value: 'SERVER', many: true, help: 'Ask this name server: 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353, tls://192.0.2.53#name, https://dns.example/dns-query. Default those of the system', group: DNS },
  zone: { value: 'FILE', help: 'Answer from this zone file and ask nobody: names outside of it do not exist', group: DNS },
  'trust-ad': { help: 'The name server validates DNSSEC, and the way to it is safe: believe its AD bit', group: DNS },
  timeout: { value: 'SECONDS', help: 'How long one question may take. Default 10', group: DNS },
};

/** What a command asks, and what it has cost. */
export interface CommandResolver {
  readonly resolver: Resolver;
  /** For whatever waits on it. */
  readonly signal: AbortSignal;
  /** `5 questions to 127.0.0.1:5353 in 12 ms` */
  cost(): string;
  /** Questions so far. What the cache knew is not counted. */
  readonly queries: number;
}

/**
 * Runs `use` with the resolver that was asked for, and closes it afterwards. An interrupt ends the waiting: exit code 3. Rejects with a
 * `UsageError` for a server that is none and a zone that can't be read.
 */
export async function withResolver(given: Arguments, io: CommandIo, use: (dns: CommandResolver) => Promise<ExitCode>): Promise<ExitCode> {
  const zone = given.text('zone');
  if (zone !== undefined && given.list('dns').length > 0) throw new UsageError('give either --dns or --zone');
  if (zone === '-' && given.operands.includes('-')) throw new UsageError('the standard input can\'t be both the message and the zone');
  try {
    return zone === undefined ? await withServers(given, io, use) : await use(await zoneResolver(zone, io));
  } catch (error) {
    if (!io.stop.aborted) throw error;
    io.stderr.write('Interrupted.\n');
    return EXIT.notSent;
  }
}

async function withServers(given: Arguments, io: CommandIo, use: (dns: CommandResolver) => Promise<ExitCode>): Promise<ExitCode> {
  const servers = given.list('dns').map(readServer);
  const seconds = given.number('timeout', 1, MOST_SECONDS);
  const stub = openStub(servers, seconds, given.flag('trust-ad'), io);
  const from = io.clock.now();
  const asked = servers.length === 0 ? 'the name servers of this machine' : servers.join(', ');
  try {
    return await use({
      resolver: cached(stub, { clock: io.clock }),
      signal: io.stop,
      cost: () => `${formatPlural(stub.stats.queries, 'question')} to ${visibleText(asked)} in ${formatDuration(io.clock.now() - from)}`,
      get queries() {
        return stub.stats.queries;
      },
    });
  } finally {
    await stub.close();
  }
}

function openStub(servers: readonly string[], seconds: number | undefined, trustAd: boolean, { clock, random }: CommandIo): StubResolver {
  try {
    return createStubResolver({ servers: servers.length === 0 ? undefined : servers, timeoutMs: seconds === undefined ? undefined : seconds * 1000, trustAd, clock, random });
  } catch (error) {
    throw notAServer(error);
  }
}

/** `localhost` is taken for its address, so that no name has to be looked up to look names up. */
function readServer(text: string): string {
  const server = text.replace(/^(?:(\w+:\/\/))?localhost(?=$|:\d)/i, (_whole, scheme: string | undefined) => `${scheme ?? ''}127.0.0.1`);
  try {
    parseNameServer(server);
  } catch (error) {
    throw notAServer(error);
  }
  return server;
}

function notAServer(error: unknown): UsageError {
  return new UsageError(`--dns: ${error instanceof Error ? error.message : String(error)}`, 'A name server is given by its IP address: 192.0.2.53 or [2001:db8::53]:5353.');
}

async function zoneResolver(file: string, io: CommandIo): Promise<CommandResolver> {
  const parsed = parseZoneFile(utf8(await readInput(file, MOST_ZONE_OCTETS, io)));
  if (!parsed.ok) throw new UsageError(`${file} is no zone file: ${parsed.error} in line ${parsed.line}`, 'Names are absolute or relative to $ORIGIN: example.com. 3600 IN TXT "v=spf1 -all"');
  let queries = 0;
  const zone = inMemoryZone(parsed.records, { clock: io.clock, onQuery: () => void queries++ });
  return {
    resolver: cached(zone, { clock: io.clock }),
    signal: io.stop,
    cost: () => `${formatPlural(queries, 'question')} answered from ${visibleText(file)}`,
    get queries() {
      return queries;
    },
  };
}
