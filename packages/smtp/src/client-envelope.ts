/**
 * What a transaction needs of the server, held against what the server announced: the parameters of MAIL, and DATA or
 * BDAT. What can't be sent to this server as it is, is not sent: it would arrive damaged, or not at all.
 *
 * @rfc 1870 3
 * @rfc 3030 3
 * @rfc 6152 3
 * @rfc 6531 3.4
 */
import type { Capabilities } from './capabilities.ts';
import type { ClientTransaction } from './client-transaction.ts';
import type { MailCommand, MailParameters } from './command.ts';
import { describeFault } from './message-text.ts';

/** Why nothing of a transaction was written. */
export type UnsendableCode =
  | 'SMTP_NEEDS_8BITMIME'
  | 'SMTP_NEEDS_BINARYMIME'
  | 'SMTP_NEEDS_SMTPUTF8'
  | 'SMTP_NEEDS_DSN'
  | 'SMTP_TOO_LARGE'
  | 'SMTP_BARE_CR'
  | 'SMTP_BARE_LF'
  | 'SMTP_NUL';

export interface Unsendable {
  readonly code: UnsendableCode;
  /** What is in the way, for people. */
  readonly detail: string;
}

export type Envelope =
  | { readonly ok: true; readonly mail: MailCommand; readonly form: 'text' | 'counted' }
  | { readonly ok: false; readonly unsendable: Unsendable };

/**
 * Completes the envelope of a transaction: SIZE, BODY and SMTPUTF8 are set where the server has them and the message or
 * its addresses need them. Parameters that the caller set stay as they are, but for SIZE and AUTH, which only inform the
 * server: they are left out where it does not know them.
 * @rfc 4954 5
 */
export function planEnvelope(transaction: ClientTransaction, capabilities: Capabilities): Envelope {
  const { mail, message } = transaction;
  const text = message.form === 'whole' ? message.text : undefined;
  const given = mail.parameters;
  const binary = given.BODY === 'BINARYMIME';
  if (binary && !(capabilities.binaryMime && capabilities.chunking)) return refuse('SMTP_NEEDS_BINARYMIME', 'the server offers no BINARYMIME');
  if (text?.fault !== undefined && !binary) return refuse(text.fault.code, describeFault(text.octets, text.fault));
  const eightBit = text?.eightBit ?? (message.form === 'streamed' && message.stream.eightBit === true);
  if (eightBit && !binary && !capabilities.eightBitMime) return refuse('SMTP_NEEDS_8BITMIME', 'the message has 8-bit octets and the server offers no 8BITMIME');
  const utf8 = needsSmtpUtf8(transaction, text?.eightBitHeader === true);
  if (utf8 !== undefined && !capabilities.smtpUtf8) return refuse('SMTP_NEEDS_SMTPUTF8', `${utf8} and the server offers no SMTPUTF8`);
  if (!capabilities.dsn && wantsDsn(transaction)) return refuse('SMTP_NEEDS_DSN', 'RET, ENVID, NOTIFY or ORCPT were given and the server offers no DSN');
  const octets = text?.octets.length ?? given.SIZE;
  if (octets !== undefined && capabilities.size !== undefined && capabilities.size > 0 && octets > capabilities.size) {
    return refuse('SMTP_TOO_LARGE', `the message has ${octets} octets, the server takes ${capabilities.size}`);
  }
  const declared = capabilities.eightBitMime && (eightBit || (message.form === 'streamed' && message.stream.eightBit === undefined));
  const parameters = complete(given, {
    SIZE: capabilities.size === undefined ? undefined : given.SIZE ?? octets,
    AUTH: capabilities.auth.length === 0 ? undefined : given.AUTH,
    BODY: given.BODY ?? (declared ? '8BITMIME' : undefined),
    SMTPUTF8: given.SMTPUTF8 ?? (utf8 === undefined ? undefined : true),
  });
  const form = binary || (capabilities.chunking && text !== undefined) ? 'counted' : 'text';
  return { ok: true, mail: parameters === given ? mail : { verb: 'MAIL', reversePath: mail.reversePath, parameters }, form };
}

/** What needs SMTPUTF8, in words, or `undefined`. @rfc 6531 3.4 */
function needsSmtpUtf8({ mail, recipients }: ClientTransaction, eightBitHeader: boolean): string | undefined {
  if (eightBitHeader) return 'the header has 8-bit octets';
  if (mail.parameters.SMTPUTF8 === true) return 'SMTPUTF8 was asked for';
  if (mail.reversePath?.needsUtf8 === true) return `the address ${mail.reversePath.address} is not ASCII`;
  for (const { forwardPath } of recipients) if (forwardPath.needsUtf8) return `the address ${forwardPath.address} is not ASCII`;
  return undefined;
}

function wantsDsn({ mail, recipients }: ClientTransaction): boolean {
  if (mail.parameters.RET !== undefined || mail.parameters.ENVID !== undefined) return true;
  for (const { parameters } of recipients) if (parameters.NOTIFY !== undefined || parameters.ORCPT !== undefined) return true;
  return false;
}

function complete(given: MailParameters, added: Pick<MailParameters, 'SIZE' | 'AUTH' | 'BODY' | 'SMTPUTF8'>): MailParameters {
  if (added.SIZE === given.SIZE && added.AUTH === given.AUTH && added.BODY === given.BODY && added.SMTPUTF8 === given.SMTPUTF8) return given;
  return { ...given, ...added };
}

function refuse(code: UnsendableCode, detail: string): Envelope {
  return { ok: false, unsendable: { code, detail } };
}
