/**
 * Messages into a mailbox: octets, or a source whose size is known, read as the server takes it and never whole in memory. Several go in one
 * command where the server has MULTIAPPEND, so that all of them come or none.
 *
 * Messages are not looked into and not changed: lines must end in CRLF.
 *
 * @rfc 9051 6.3.12
 * @rfc 3502
 * @rfc 7889
 */
import { type AppendMessage, type InternalDate, makeParameters, type MessageLiteral, numbersOfSet, type ResponseCode } from '@mailwright/imap';
import { type Body, encodeUtf8, indexOfSequence } from '@mailwright/wire';
import { type CommandOptions, type CommandResult, runCommand } from './command-run.ts';
import { ImapError, localFailure } from './errors.ts';
import { withoutStar } from './found-uids.ts';
import type { Session } from './session.ts';

/** A message: its octets, its text (in UTF-8), or a source with its size. */
export type AppendContent = Uint8Array | string | { readonly content: Body; readonly sizeOctets: number };

export interface AppendInput {
  readonly message: AppendContent;
  /** Default none. */
  readonly flags?: readonly string[] | undefined;
  /** When it is said to have come. Default: now, by the server's clock. */
  readonly internalDate?: Date | InternalDate | undefined;
}

export interface AppendOptions extends CommandOptions {
  /** Create the mailbox where there is none (TRYCREATE), for messages whose octets are at hand. Default false. */
  readonly create?: boolean | undefined;
}

export interface AppendResult {
  /** `undefined` where the server does not tell (UIDPLUS). */
  readonly uidValidity: number | undefined;
  /** In the order of the messages; `undefined` where the server does not tell. */
  readonly uids: readonly number[] | undefined;
}

const CRLF_CRLF: Uint8Array = encodeUtf8('\r\n\r\n');

/**
 * Appends messages.
 *
 * Errors: rejects with an `ImapError`: `IMAP_TOO_LARGE` above what the server takes, before anything is sent; `IMAP_SOURCE_FAILED` for a source that fails or has another size,
 * and then the connection is closed, as half a message can't be taken back.
 */
export async function appendMessages(session: Session, mailbox: string, inputs: readonly AppendInput[], options: AppendOptions): Promise<AppendResult> {
  if (inputs.length === 0) return { uidValidity: undefined, uids: [] };
  const messages = inputs.map((input) => appendMessage(session, input));
  await checkLimit(session, mailbox, inputs, options);
  const groups = messages.length > 1 && session.has('MULTIAPPEND') ? [messages] : messages.map((message) => [message]);
  const results: CommandResult[] = [];
  for (const group of groups) results.push(await appendGroup(session, mailbox, group, options));
  return appendResult(results, messages.length);
}

async function appendGroup(session: Session, mailbox: string, messages: readonly AppendMessage[], options: AppendOptions): Promise<CommandResult> {
  const send = (): Promise<CommandResult> => runFed(session, { name: 'APPEND', mailbox, messages }, options);
  try {
    return await send();
  } catch (error) {
    const again = options.create === true && error instanceof ImapError && error.responseCode?.name === 'TRYCREATE' && messages.every(isAtHand);
    if (!again) throw error;
    await runCommand(session, { name: 'CREATE', mailbox, parameters: makeParameters('CREATE') }, options);
    return await send();
  }
}

/** Runs a command whose literals come from sources. */
export async function runFed(session: Session, command: Parameters<typeof runCommand>[1], options: CommandOptions): Promise<CommandResult> {
  return await runCommand(session, command, {
    ...options, observer: { literalWanted: (source, octetCount) => void feed(session, source as Body, octetCount) },
  });
}

/** A message as the command has it. Throws a `TypeError` for a size that is none. */
export function appendMessage(session: Session, { message, flags = [], internalDate }: AppendInput): AppendMessage {
  const literal = literalOf(message);
  const date = internalDate instanceof Date ? { ms: Math.floor(internalDate.getTime() / 1000) * 1000, offsetMinutes: 0 } : internalDate;
  const utf8 = session.enabled.has('UTF8=ACCEPT') && literal.type === 'literal' && hasUtf8Header(literal.octets);
  if (utf8) return { flags, internalDate: date, message: undefined, parameters: makeParameters('APPEND', { utf8: { ...literal, binary: true } }) };
  return { flags, internalDate: date, message: literal, parameters: makeParameters('APPEND') };
}

/** What a tagged OK says of the messages: no more UIDs than there are messages. */
export function appendResult(results: readonly { readonly code: ResponseCode | undefined; readonly codes: readonly ResponseCode[] }[], messageCount: number): AppendResult {
  const told = results.map(({ code, codes }) => [...codes, ...(code === undefined ? [] : [code])].find((each) => each.name === 'APPENDUID'));
  if (told.some((code) => code === undefined)) return { uidValidity: undefined, uids: undefined };
  const codes = told.flatMap((code) => (code?.name === 'APPENDUID' ? [code] : []));
  return { uidValidity: codes[0]?.uidValidity, uids: codes.flatMap(({ uids }) => [...numbersOfSet(withoutStar(uids), messageCount)]).slice(0, messageCount) };
}

/** @rfc 7889 2 */
async function checkLimit(session: Session, mailbox: string, inputs: readonly AppendInput[], options: CommandOptions): Promise<void> {
  let limit: number | undefined;
  const [announced] = session.capabilities.valuesOf('APPENDLIMIT');
  if (announced !== undefined && /^\d{1,15}$/.test(announced)) limit = Number(announced);
  else if (session.has('APPENDLIMIT')) limit = await askLimit(session, mailbox, options);
  const largest = Math.max(...inputs.map(({ message }) => sizeOf(message)));
  if (limit === undefined || largest <= limit) return;
  throw session.error(localFailure('IMAP_TOO_LARGE', `the message has ${largest} octets, and the server takes ${limit}`), 'command', 'APPEND');
}

async function askLimit(session: Session, mailbox: string, options: CommandOptions): Promise<number | undefined> {
  try {
    const { data } = await runCommand(session, { name: 'STATUS', mailbox, items: ['APPENDLIMIT'] }, options);
    const answer = data.find((each) => each.name === 'STATUS');
    return answer?.name === 'STATUS' ? (answer.items.appendLimit ?? undefined) : undefined;
  } catch (error) {
    if (error instanceof ImapError && error.usable && error.status !== undefined) return undefined; // APPEND says what is wrong
    throw error;
  }
}

function literalOf(message: AppendContent): MessageLiteral {
  if (typeof message === 'string') return { type: 'literal', octets: encodeUtf8(message), binary: false };
  if (message instanceof Uint8Array) return { type: 'literal', octets: message, binary: message.includes(0) };
  const { sizeOctets, content } = message;
  if (!Number.isSafeInteger(sizeOctets) || sizeOctets < 0) throw new TypeError('sizeOctets must be the number of octets of the message');
  return { type: 'pending-literal', octetCount: sizeOctets, binary: false, source: content };
}

function sizeOf(message: AppendContent): number {
  if (typeof message === 'string') return encodeUtf8(message).length;
  return message instanceof Uint8Array ? message.length : message.sizeOctets;
}

function isAtHand({ message }: AppendMessage): boolean {
  return message === undefined || message.type === 'literal';
}

/** @rfc 9755 4 */
function hasUtf8Header(octets: Uint8Array): boolean {
  const end = indexOfSequence(octets, CRLF_CRLF, 0);
  return octets.subarray(0, end < 0 ? octets.length : end).some((octet) => octet > 0x7f);
}

/** Octets of a source into the literal that waits for them. Never rejects: where it fails, the connection ends. */
async function feed(session: Session, source: Body, octetCount: number): Promise<void> {
  let left = octetCount;
  try {
    for await (const octets of source instanceof Uint8Array ? [source] : source) {
      if (!session.open) return;
      if (octets.length > left) throw new RangeError(`it has more than the ${octetCount} octets that were announced`);
      left -= octets.length;
      session.literal(octets);
      await session.writable();
    }
    if (left > 0) throw new RangeError(`it has ${octetCount - left} octets, and ${octetCount} were announced`);
  } catch (cause) {
    session.abort(localFailure('IMAP_SOURCE_FAILED', `the source of a message failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause));
  }
}
