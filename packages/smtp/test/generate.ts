/** Seeded values of every command and every parameter, for the inverse laws. */
import { mailbox, type Mailbox } from '@mailwright/address';
import { type Command, commandSpecs, extensions, mailCommand, type MailParameters, type NotifyCondition, rcptCommand, type RcptParameters, reply, type Reply } from '@mailwright/smtp';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ATEXT = `${LETTERS}!#$%&'*+-/=?^_\`{|}~`;
const PRINTABLE = `${ATEXT} "(),.:;<>@[\\]`;
const WIDE = 'äöüßéñλдж中文字한ाé😀';

export function generateMailbox(random: SeededRandom): Mailbox {
  const localPart = random.pick([
    () => random.text(ATEXT, random.integer(1, 20)),
    () => `${random.text(ATEXT, 3)}.${random.text(ATEXT, 3)}`,
    () => random.text(PRINTABLE, random.integer(1, 15)),
    () => random.pick(['jörg', '用户', 'δοκιμή']),
  ])();
  const domain = random.pick([
    () => `${random.text(LETTERS, random.integer(1, 10))}.${random.text('abcdefg', 3)}`,
    () => random.text('abcdefg', 5),
    () => '[192.0.2.1]',
    () => '[IPv6:2001:db8::1]',
    () => 'bücher.example',
  ])();
  return mailbox(localPart, domain);
}

const text = (random: SeededRandom, most: number): string => random.text(random.chance(0.3) ? PRINTABLE + WIDE.replace('😀', '') : PRINTABLE, random.integer(1, most));
const maybe = <T>(random: SeededRandom, make: () => T): T | undefined => (random.chance(0.5) ? make() : undefined);
const unknown = (random: SeededRandom): { readonly keyword: string; readonly value: string | undefined }[] =>
  random.chance(0.8) ? [] : [{ keyword: `X-${random.text(LETTERS, 4)}`, value: maybe(random, () => random.text(ATEXT.replace('=', ''), 6)) }];

/** One generator for each parameter of MAIL: a new parameter does not compile until it has one. */
const MAIL: { readonly [K in Exclude<keyof MailParameters, 'unknown'>]: (random: SeededRandom) => MailParameters[K] } = {
  AUTH: (random) => (random.chance(0.3) ? null : mailbox(random.text(ATEXT, 8), 'example.org')),
  BODY: (random) => random.pick(['7BIT', '8BITMIME', 'BINARYMIME'] as const),
  ENVID: (random) => random.text(PRINTABLE, random.integer(1, 30)),
  RET: (random) => random.pick(['FULL', 'HDRS'] as const),
  SIZE: (random) => random.pick([0, 1, random.integer(0, 1e9), Number.MAX_SAFE_INTEGER]),
  SMTPUTF8: () => true,
};

/** One generator for each parameter of RCPT. */
const RCPT: { readonly [K in Exclude<keyof RcptParameters, 'unknown'>]: (random: SeededRandom) => RcptParameters[K] } = {
  NOTIFY(random) {
    const conditions = (['SUCCESS', 'FAILURE', 'DELAY'] satisfies NotifyCondition[]).filter(() => random.chance(0.5));
    return conditions.length === 0 ? 'NEVER' : conditions;
  },
  ORCPT: (random) =>
    random.chance(0.5) ? { addressType: 'rfc822', address: random.text(PRINTABLE, random.integer(1, 40)) } : { addressType: 'utf-8', address: text(random, 30) + random.pick([...WIDE]) },
};

function fill(random: SeededRandom, generators: Readonly<Record<string, (random: SeededRandom) => unknown>>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [keyword, generate] of Object.entries(generators)) if (random.chance(0.4)) given[keyword] = generate(random);
  return { ...given, unknown: unknown(random) };
}

const word = (random: SeededRandom): string => random.text(`${ATEXT}.:[]`, random.integer(1, 30));
const queryParameters = (random: SeededRandom): { readonly SMTPUTF8: true | undefined; readonly unknown: [] } => ({ SMTPUTF8: random.chance(0.5) ? true : undefined, unknown: [] });
const argument = (random: SeededRandom): string => text(random, 30).trimEnd();

/** One generator for each verb. */
const COMMANDS: { readonly [V in Command['verb']]: (random: SeededRandom) => Extract<Command, { readonly verb: V }> } = {
  AUTH: (random) => ({ verb: 'AUTH', mechanism: random.pick(['PLAIN', 'LOGIN', 'SCRAM-SHA-256-PLUS', 'X_1']), initialResponse: maybe(random, () => random.octets(random.integer(0, 40))) }),
  BDAT: (random) => ({ verb: 'BDAT', chunkOctets: random.pick([0, random.integer(0, 1e9), Number.MAX_SAFE_INTEGER]), last: random.chance(0.5) }),
  DATA: () => ({ verb: 'DATA' }),
  EHLO: (random) => ({ verb: 'EHLO', domain: word(random) }),
  EXPN: (random) => ({ verb: 'EXPN', argument: text(random, 30), parameters: queryParameters(random) }),
  HELO: (random) => ({ verb: 'HELO', domain: word(random) }),
  HELP: (random) => ({ verb: 'HELP', argument: argument(random) }),
  MAIL: (random) => mailCommand(random.chance(0.2) ? null : generateMailbox(random), fill(random, MAIL) as never),
  NOOP: (random) => ({ verb: 'NOOP', argument: argument(random) }),
  QUIT: () => ({ verb: 'QUIT' }),
  RCPT: (random) => rcptCommand(generateMailbox(random), fill(random, RCPT) as never),
  RSET: () => ({ verb: 'RSET' }),
  STARTTLS: () => ({ verb: 'STARTTLS' }),
  VRFY: (random) => ({ verb: 'VRFY', argument: random.pick([text(random, 30), 'SMTPUTF8', 'Jones SMTPUTF8', '"quoted"']), parameters: queryParameters(random) }),
};

export const VERBS: readonly Command['verb'][] = commandSpecs.map((spec) => spec.verb as Command['verb']);

export function generateCommand(random: SeededRandom, verb: Command['verb']): Command {
  return COMMANDS[verb](random);
}

/** Every registered parameter of MAIL and RCPT has a generator above: what the test of the inverse law leans on. */
export const GENERATED_PARAMETERS: ReadonlySet<string> = new Set([...Object.keys(MAIL).map((keyword) => `MAIL ${keyword}`), ...Object.keys(RCPT).map((keyword) => `RCPT ${keyword}`)]);
export const REGISTERED_PARAMETERS: readonly string[] = extensions.flatMap((extension) => extension.parameters.map((spec) => `${spec.command} ${spec.keyword}`));

export function generateReply(random: SeededRandom): Reply {
  const code = random.integer(2, 5) * 100 + random.integer(0, 5) * 10 + random.integer(0, 9);
  const statusClass = Math.floor(code / 100);
  const enhanced = statusClass !== 3 && random.chance(0.6) ? (`${statusClass as 2 | 4 | 5}.${random.integer(0, 7)}.${random.integer(0, 999)}` as const) : undefined;
  return reply(code, enhanced, ...Array.from({ length: random.integer(1, 4) }, () => random.text(`${LETTERS}  .,-()`, random.integer(0, 60)).replace(/^\d/, 'x')));
}
