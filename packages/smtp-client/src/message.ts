/**
 * What `send` takes, and the one place where it is checked: whatever the caller gave wrong is a `TypeError` or a `RangeError`
 * here, before a connection is touched. Everything behind this line is values that can stand in a command.
 *
 * @rfc 5321 3.3
 * @rfc 3461 4
 */
import { type Mailbox, parseMailbox, parsePath } from '@mailwright/address';
import {
  type ClientMessage, type DsnReturn, encodeCommand, type MailCommand, mailCommand, type Notify, type OriginalRecipient, type RcptCommand, rcptCommand, scanMessage,
} from '@mailwright/smtp';
import { type Body, encodeUtf8, isAscii } from '@mailwright/wire';
import { withBodyFacts } from './body-facts.ts';
import { type BodySource, Delivery } from './delivery.ts';
import type { SendResult } from './result.ts';
import type { ScannedBodies } from './scanned-bodies.ts';

/** An address as text (`jane@example.org`, no display name, no angle brackets), or as `@mailwright/address` made it. */
export type Address = string | Mailbox;

/** A recipient with wishes of its own about delivery status notifications. */
export interface SmtpRecipient {
  readonly address: Address;
  /** When the sender wants to be told about this recipient. Default: as in `dsn.notify`. @rfc 3461 4.1 */
  readonly notify?: Notify | undefined;
  /** The recipient as the sender wrote it; a text is an Internet mail address. @rfc 3461 4.2 */
  readonly orcpt?: string | OriginalRecipient | undefined;
}

/** Wishes about delivery status notifications. They need a server with DSN: one without is not sent the message. */
export interface DsnWishes {
  /** How much of the message a notification of failure shall hold. @rfc 3461 4.3 */
  readonly ret?: DsnReturn | undefined;
  /** What names the message in notifications: 1 to 100 printable characters of ASCII once encoded. @rfc 3461 4.4 */
  readonly envid?: string | undefined;
  /** When the sender wants to be told, for all recipients that do not say for themselves. */
  readonly notify?: Notify | undefined;
}

/** A message and its envelope. */
export interface SmtpMessage {
  /** Where failures go. `null` is the null reverse-path `<>` of notifications. */
  readonly from: Address | null;
  /** One recipient or several. One text is one address: it is never split at commas. `postmaster` alone is allowed. */
  readonly to: Address | SmtpRecipient | readonly (Address | SmtpRecipient)[];
  /**
   * The message, header and body, with CRLF line ends. Octets are scanned once and written as the view they are: they must not
   * change before the result is there. A text is encoded in UTF-8. Pieces are pulled as the server takes them; they are pulled
   * once, and not at all when the message never gets that far. What `buildMessage` of `@mailwright/mime` makes says for itself how large it
   * is and what it needs (`size`, `eightBit`, `binary`, `smtpUtf8`).
   */
  readonly body: Body | string;
  /** How many octets a body in pieces will have, for SIZE. Known for the other forms. */
  readonly size?: number | undefined;
  /**
   * Whether a body in pieces has octets above 127. `true` sends it only where 8BITMIME is offered. Default: not known; then it
   * is declared as 8-bit where the server has 8BITMIME, and stopped at the first such octet where not.
   */
  readonly eightBit?: boolean | undefined;
  /** The message has lines of any length, NUL, bare CR and LF: BINARYMIME, or nothing. Default false. @rfc 3030 3 */
  readonly binary?: boolean | undefined;
  /** Ask for SMTPUTF8. Default: where an address or a header of a whole message needs it; say it for a body in pieces. @rfc 6531 3.4 */
  readonly smtpUtf8?: boolean | undefined;
  readonly dsn?: DsnWishes | undefined;
  /** Who submitted the message first (`AUTH=`); `null` for "not known". Left out where the server has no AUTH. @rfc 4954 5 */
  readonly auth?: Address | null | undefined;
  /** Whether one refused recipient stops the message for all. Default: the connection's option. */
  readonly requireRecipients?: 'any' | 'all' | undefined;
  /**
   * Gives up. What is on the wire then is told in the result, as after a lost connection. After an `ambiguous` one octets of the
   * body may still be on their way out: leave them unchanged until the connection is closed.
   */
  readonly signal?: AbortSignal | undefined;
  /** Gives up after so many milliseconds, waiting for a connection included. Default: the timeouts of each phase only. */
  readonly deadlineMs?: number | undefined;
}

const POSTMASTER = /^postmaster$/i;

/**
 * Checks a message and makes it ready.
 *
 * Errors: throws a `TypeError` for what is no address, no body or no value of its parameter (CR, LF and NUL above all), and a
 * `RangeError` for numbers out of bounds and for no recipient.
 */
export function prepareDelivery(given: SmtpMessage, bodies: ScannedBodies, resolve: (result: SendResult) => void): Delivery {
  const message = withBodyFacts(given);
  const recipients = readRecipients(message);
  const mail = readMail(message);
  const source = sourceOf(message.body);
  const { requireRecipients, deadlineMs } = message;
  if (requireRecipients !== undefined && requireRecipients !== 'any' && requireRecipients !== 'all') throw new TypeError(`requireRecipients is 'any' or 'all', not ${show(requireRecipients)}`);
  if (deadlineMs !== undefined && !(deadlineMs >= 0)) throw new RangeError(`deadlineMs must be a number from 0, not ${show(deadlineMs)}`);
  if (source !== undefined) return new Delivery(mail, recipients, streamedMessage(message), source, requireRecipients, resolve);
  const body = message.body as Uint8Array | string;
  const octets = typeof body === 'string' ? encodeUtf8(body) : body;
  // Octets of BINARYMIME are not scanned under the policy for text, so no other message may find what was found in them.
  if (message.binary === true) return new Delivery(mail, recipients, { form: 'whole', text: scanMessage(octets, 'pass', 'pass') }, undefined, requireRecipients, resolve);
  const delivery = new Delivery(mail, recipients, { form: 'whole', text: bodies.hold(octets) }, undefined, requireRecipients, resolve);
  delivery.held = { octets, bodies };
  return delivery;
}

/** An address of a caller as the checked value. Throws a `TypeError`. */
export function readAddress(given: Address, what: string): Mailbox {
  const text = typeof given === 'string' ? given : addressText(given, what);
  const parsed = parseMailbox(text);
  if (!parsed.ok) throw new TypeError(`${what} is not an address: ${show(text)} (${parsed.error} at ${parsed.at})`);
  return parsed.value;
}

/** An object may come from anywhere: its text is read again, so that nothing but the grammar gets on the wire. */
function addressText(given: unknown, what: string): string {
  const text = typeof given === 'object' && given !== null ? (given as { readonly address?: unknown }).address : undefined;
  if (typeof text !== 'string') throw new TypeError(`${what} must be an address, not ${show(given)}`);
  return text;
}

function readRecipients({ to, dsn }: SmtpMessage): RcptCommand[] {
  if (!isList(to)) return [readRecipient(to, dsn)];
  if (to.length === 0) throw new RangeError('to must hold one recipient at least');
  return to.map((recipient) => readRecipient(recipient, dsn));
}

function isList(to: SmtpMessage['to']): to is readonly (Address | SmtpRecipient)[] {
  return Array.isArray(to);
}

function readRecipient(given: Address | SmtpRecipient, dsn: DsnWishes | undefined): RcptCommand {
  if (typeof given === 'string') return withWishes(readForwardPath(given), dsn?.notify, undefined);
  if (typeof given !== 'object' || given === null) throw new TypeError(`a recipient must be an address, not ${show(given)}`);
  const { address, notify, orcpt } = given as SmtpRecipient;
  return withWishes(readForwardPath(address), notify ?? dsn?.notify, orcpt);
}

/** `<Postmaster>` needs no domain. @rfc 5321 4.1.1.3 */
function readForwardPath(given: Address): Mailbox {
  const text = typeof given === 'string' ? given : addressText(given, 'a recipient');
  if (POSTMASTER.test(text)) return (parsePath(`<${text}>`, 0) as { readonly value: Mailbox }).value;
  return readAddress(text, 'a recipient');
}

function withWishes(forwardPath: Mailbox, notify: Notify | undefined, orcpt: string | OriginalRecipient | undefined): RcptCommand {
  if (notify === undefined && orcpt === undefined) return rcptCommand(forwardPath);
  const original = typeof orcpt === 'string' ? { addressType: isAscii(orcpt) ? 'rfc822' : 'utf-8', address: orcpt } : orcpt;
  return checked(rcptCommand(forwardPath, { NOTIFY: notify, ORCPT: original }));
}

function readMail({ from, auth, binary, size, smtpUtf8, dsn, body }: SmtpMessage): MailCommand {
  const reversePath = from === null ? null : readAddress(from, 'from');
  const streamedSize = typeof body === 'string' || body instanceof Uint8Array ? undefined : size;
  if (size !== undefined && (!Number.isSafeInteger(size) || size < 0)) throw new RangeError(`size must be a whole number of octets, not ${show(size)}`);
  const plain = auth === undefined && binary !== true && streamedSize === undefined && smtpUtf8 !== true && dsn?.ret === undefined && dsn?.envid === undefined;
  if (plain) return mailCommand(reversePath);
  return checked(
    mailCommand(reversePath, {
      SIZE: streamedSize,
      BODY: binary === true ? 'BINARYMIME' : undefined,
      SMTPUTF8: smtpUtf8 === true ? true : undefined,
      RET: dsn?.ret,
      ENVID: dsn?.envid,
      AUTH: auth === undefined ? undefined : auth === null ? null : readAddress(auth, 'auth'),
    }),
  );
}

/** What can't be written is found now and not when it is written. */
function checked<C extends MailCommand | RcptCommand>(command: C): C {
  encodeCommand(command);
  return command;
}

/** `undefined` for a body that is whole. */
function sourceOf(body: unknown): BodySource | undefined {
  if (typeof body === 'string' || body instanceof Uint8Array) return undefined;
  const iterable = typeof body === 'object' && body !== null && (Symbol.asyncIterator in body || Symbol.iterator in body);
  if (!iterable) throw new TypeError(`body must be octets, a text, or an iterable of octets, not ${show(body)}`);
  return body as BodySource;
}

const UNKNOWN: ClientMessage = { form: 'streamed', stream: { eightBit: undefined } };
const EIGHT_BIT: ClientMessage = { form: 'streamed', stream: { eightBit: true } };
const SEVEN_BIT: ClientMessage = { form: 'streamed', stream: { eightBit: false } };

function streamedMessage({ eightBit }: SmtpMessage): ClientMessage {
  return eightBit === undefined ? UNKNOWN : eightBit ? EIGHT_BIT : SEVEN_BIT;
}

/** A value in an error text, cut short. */
function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
