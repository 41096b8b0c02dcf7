/**
 * `npm start`: a server and a client of ours in one process, real letters over real TLS between them, a reader who watches them come over IMAP, every
 * line explained, and the proof that each arrived, and was read, octet by octet.
 *
 * Read next: `demo-server.ts`, `demo-client.ts`, `demo-reader.ts`, `verdict.ts` (what has to be true), `start-view.ts` (what is shown).
 */
import { parseMessage } from '@mailwright/mime';
import { encodeBase64 } from '@mailwright/wire';
import { COMMON_OPTIONS, type CommandSpec } from '../arguments/option-table.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { formatHelp } from '../arguments/help.ts';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { reportFailure } from '../output/failure.ts';
import { pageWidth } from '../output/layout.ts';
import { paletteFor } from '../output/palette.ts';
import { holdSession } from './demo-client.ts';
import { startDemoDomain } from './demo-domain.ts';
import { startDemoReader } from './demo-reader.ts';
import { startDemoServer } from './demo-server.ts';
import { makeIntruders } from './intruders.ts';
import { COMPOSED_NAME, ownSamples, userSamples, type Sample } from './samples.ts';
import { signSamples } from './sign-samples.ts';
import { createStartView } from './start-view.ts';
import { judge } from './verdict.ts';

const PASSWORD_OCTETS = 18;
const MOST_FILES = 100;

export const startSpec: CommandSpec = {
  name: 'start',
  summary: 'Show what mailwright does: letters from a client to a server, explained line by line',
  usage: ['[FILE.eml ...]'],
  description: [
    'Starts a server on a free port of this machine with a certificate made on the spot, and a DNS server with a zone of its own, signs letters and sends them through STARTTLS, a login, PIPELINING and CHUNKING, one of them through DATA too and one to a recipient that is refused, explains every line that was said, shows what a composed letter is made of, tells why the receiver believes them, and why it refuses one that was changed on its way and one that was forged. A reader watches the mailbox over IMAP while they come and reads each of them; what arrived and what was read is compared with what was sent.',
    'Without FILE it sends samples of its own. Exit code 0: all is as expected. 1: something is not.',
  ],
  options: COMMON_OPTIONS,
  examples: [['npm start', 'The samples'], ['npm start -- letter.eml', 'A letter of your own'], ['npm start --silent -- --json', 'For programs']],
  operands: { most: MOST_FILES, name: 'letters' },
};

/** Runs the demonstration. Never rejects. */
export async function start(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const json = args.includes('--json');
  try {
    const given = parseArguments(startSpec, args);
    if (given.flag('help')) {
      io.stdout.write(formatHelp(startSpec, pageWidth(io.stdout), paletteFor(io.stdout, io.env)));
      return EXIT.ok;
    }
    return await demonstrate(given.operands, json, io);
  } catch (error) {
    return reportFailure(error, 'start', json, io);
  }
}

async function demonstrate(files: readonly string[], json: boolean, io: CommandIo): Promise<ExitCode> {
  const view = createStartView(json, io);
  const startedAt = io.clock.now();
  const password = encodeBase64(io.random.octets(PASSWORD_OCTETS));
  const letters = files.length === 0 ? await ownSamples(io) : await userSamples(files, io);
  const domain = await startDemoDomain();
  const server = await startDemoServer(password, domain.resolver);
  let closeReader = async (): Promise<void> => undefined;
  try {
    const samples = files.length === 0 ? await signSamples(letters, domain) : letters;
    const again = lettersForData(samples);
    const intruders = await makeIntruders(domain);
    view.opening(server, domain.address, samples);
    const target = { endpoint: server.endpoint, ca: server.ca, password };
    const reader = await startDemoReader({ ...target, endpoint: server.imapEndpoint }, io);
    closeReader = () => reader.close();
    const chunked = await holdSession(target, samples, true, io);
    view.session('session 1: STARTTLS, login, PIPELINING, CHUNKING', chunked);
    view.security(chunked);
    const stuffed = await holdSession(target, again, false, io);
    view.session('session 2: the same server, DATA in place of CHUNKING', stuffed);
    const intrusion = await holdSession(target, intruders, true, io);
    view.session('session 3: two letters that are not what they say', intrusion);
    const reading = await reader.read(server.received.length);
    view.reading('session 4: meanwhile, the reader watches his mailbox over IMAP', reading);
    await server.close();
    const verdict = judge([{ session: chunked, samples, form: 'BDAT' }, { session: stuffed, samples: again, form: 'DATA' }], { session: intrusion, samples: intruders, form: 'BDAT' }, server, reading);
    const shown = verdict.arrivals.find(({ name }) => name === COMPOSED_NAME) ?? verdict.arrivals[0];
    if (shown?.received !== undefined) view.structure(shown.name, parseMessage(shown.received));
    view.authentication(verdict.authenticated);
    view.summary(verdict, io.clock.now() - startedAt);
    return verdict.problems.length === 0 ? EXIT.ok : EXIT.rejected;
  } finally {
    await closeReader();
    await server.close();
    await domain.close();
  }
}

/** Two letters, so that the second one's MAIL can be seen behind the end of the first: what begins with dots, if there is such a one. */
function lettersForData(samples: readonly Sample[]): readonly Sample[] {
  const dots = samples.find(({ name }) => name.includes('dots')) ?? samples[0]!;
  return [dots, ...samples.filter((sample) => sample !== dots).slice(0, 1)];
}
