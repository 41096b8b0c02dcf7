/**
 * Response codes that no extension file brings: those of RFC 9051 and 3501, and RFC 5530's. Most are a name alone.
 *
 *     resp-text      = ["[" resp-text-code "]" SP] [text]
 *     resp-text-code = "ALERT" / "BADCHARSET" [SP "(" charset *(SP charset) ")"] / capability-data / "PARSE" /
 *                      "PERMANENTFLAGS" SP "(" [flag-perm *(SP flag-perm)] ")" / "READ-ONLY" / "READ-WRITE" / "TRYCREATE" /
 *                      "UIDNEXT" SP nz-number / "UIDVALIDITY" SP nz-number / "UNSEEN" SP nz-number / ...
 *
 * @rfc 9051 7.1
 * @rfc 5530 3
 */
import { RIGHT_BRACKET, SP } from '@mailwright/wire';
import type { CodeSpec } from './extension.ts';
import { readCapabilities } from './responses/capability.ts';
import type { ValueReader } from './value-reader.ts';

/** Codes that say all by their name, and what they say. */
const PLAIN = {
  'ALERT': 'The text must be shown to the user.',
  'ALREADYEXISTS': 'There is something of that name already.',
  'AUTHENTICATIONFAILED': 'The name or the password is wrong, or login is refused for a reason that is not told.',
  'AUTHORIZATIONFAILED': 'The login is right, but it may not act for the other user.',
  'CANNOT': 'The server can never do this.',
  'CLIENTBUG': 'The client did something that makes no sense.',
  'CONTACTADMIN': 'The user should ask the administrator.',
  'CORRUPTION': 'Data of the server is broken.',
  'EXPIRED': 'The password is no longer valid.',
  'EXPUNGEISSUED': 'Some of the messages are gone meanwhile; the client should ask for news.',
  'HASCHILDREN': 'The mailbox has others under it.',
  'INUSE': 'Someone else is using it; later it may work.',
  'LIMIT': 'A limit of the server is reached.',
  'NONEXISTENT': 'There is no such thing.',
  'NOPERM': 'The user may not do this.',
  'OVERQUOTA': 'The user is over a quota, or would be.',
  'PARSE': 'A message could not be parsed.',
  'PRIVACYREQUIRED': 'This needs TLS.',
  'READ-ONLY': 'The mailbox can only be read.',
  'READ-WRITE': 'The mailbox can be read and written.',
  'SERVERBUG': 'The server found an error of its own.',
  'TRYCREATE': 'There is no such mailbox; the client may create it and try again.',
  'UNAVAILABLE': 'Something that the server needs does not answer now.',
} as const;

export type PlainCodeName = keyof typeof PLAIN;

export interface PlainCode {
  readonly name: PlainCodeName;
}

/** The capabilities as they are now. */
export interface CapabilityCode {
  readonly name: 'CAPABILITY';
  readonly capabilities: readonly string[];
}

/** SEARCH was refused for its charset; these would do. */
export interface BadCharsetCode {
  readonly name: 'BADCHARSET';
  readonly charsets: readonly string[];
}

/** The flags that last. `\*`: new keywords can be made. */
export interface PermanentFlagsCode {
  readonly name: 'PERMANENTFLAGS';
  readonly flags: readonly string[];
}

/** The UID that the next message will get, or a later one gets. */
export interface UidNextCode {
  readonly name: 'UIDNEXT';
  readonly uidNext: number;
}

/** UIDs mean the same messages as long as this number stays. */
export interface UidValidityCode {
  readonly name: 'UIDVALIDITY';
  readonly uidValidity: number;
}

/** The number of the first message that is not `\Seen`. @rfc 3501 7.1 */
export interface UnseenCode {
  readonly name: 'UNSEEN';
  readonly sequenceNumber: number;
}

/** Where to go instead. @rfc 2221 4 */
export interface ReferralCode {
  readonly name: 'REFERRAL';
  readonly url: string;
}

export type BaseCode =
  | PlainCode | CapabilityCode | BadCharsetCode | PermanentFlagsCode | UidNextCode | UidValidityCode | UnseenCode | ReferralCode;

const capability: CodeSpec<CapabilityCode> = {
  name: 'CAPABILITY',
  source: 'RFC 9051 7.1',
  parse: (reader) => ({ name: 'CAPABILITY', capabilities: readCapabilities(reader) }),
  encode(writer, { capabilities }) {
    for (const name of capabilities) writer.space().atom(name);
  },
  explain: ({ capabilities }) => `What the server can do: ${capabilities.join(', ')}.`,
};

const badCharset: CodeSpec<BadCharsetCode> = {
  name: 'BADCHARSET',
  source: 'RFC 9051 7.1',
  parse: (reader) => ({ name: 'BADCHARSET', charsets: reader.skip(SP) ? reader.list(() => reader.astring()) : [] }),
  encode(writer, { charsets }) {
    if (charsets.length > 0) writer.space().list(charsets, (charset) => writer.astring(charset));
  },
  explain: ({ charsets }) => `The server does not know that charset${charsets.length === 0 ? '' : `; it knows ${charsets.join(', ')}`}.`,
};

const permanentFlags: CodeSpec<PermanentFlagsCode> = {
  name: 'PERMANENTFLAGS',
  source: 'RFC 9051 7.1',
  parse(reader) {
    reader.space();
    return { name: 'PERMANENTFLAGS', flags: reader.flags() };
  },
  encode: (writer, { flags }) => void writer.space().flags(flags),
  explain: ({ flags }) => `These flags last: ${flags.length === 0 ? 'none' : flags.join(', ')}.`,
};

const uidNext: CodeSpec<UidNextCode> = {
  name: 'UIDNEXT',
  source: 'RFC 9051 7.1',
  parse(reader) {
    reader.space();
    return { name: 'UIDNEXT', uidNext: reader.number() };
  },
  encode: (writer, code) => void writer.space().number(code.uidNext),
  explain: (code) => `New messages get UIDs from ${code.uidNext} on.`,
};

const uidValidity: CodeSpec<UidValidityCode> = {
  name: 'UIDVALIDITY',
  source: 'RFC 9051 7.1',
  parse(reader) {
    reader.space();
    return { name: 'UIDVALIDITY', uidValidity: reader.number() };
  },
  encode: (writer, code) => void writer.space().number(code.uidValidity),
  explain: (code) => `UIDs mean the same messages as long as this number is ${code.uidValidity}.`,
};

const unseen: CodeSpec<UnseenCode> = {
  name: 'UNSEEN',
  source: 'RFC 3501 7.1',
  parse(reader) {
    reader.space();
    return { name: 'UNSEEN', sequenceNumber: reader.number() };
  },
  encode: (writer, { sequenceNumber }) => void writer.space().number(sequenceNumber),
  explain: ({ sequenceNumber }) => `Message ${sequenceNumber} is the first that was not read.`,
};

const referral: CodeSpec<ReferralCode> = {
  name: 'REFERRAL',
  source: 'RFC 2221 4',
  parse(reader) {
    reader.space();
    return { name: 'REFERRAL', url: readUrl(reader) };
  },
  encode(writer, { url }) {
    if (!/^[!-Z\\^-~]+$/.test(url)) throw new TypeError(`not a URL of a response code: ${JSON.stringify(url)}`);
    writer.raw(` ${url}`);
  },
  explain: ({ url }) => `The client should go to ${url}.`,
};

export const baseCodes: readonly { readonly name: BaseCode['name'] }[] = [
  ...(Object.keys(PLAIN) as PlainCodeName[]).map(plainCode), capability, badCharset, permanentFlags, uidNext, uidValidity, unseen, referral,
];

function plainCode(name: PlainCodeName): CodeSpec<PlainCode> {
  const code = { name };
  return { name, source: 'RFC 9051 7.1', parse: () => code, encode: () => {}, explain: () => PLAIN[name] };
}

function readUrl(reader: ValueReader): string {
  let url = '';
  for (let octet = reader.peek(); octet > SP && octet < 0x7f && octet !== RIGHT_BRACKET; octet = reader.peek()) {
    url += String.fromCharCode(octet);
    reader.skip(octet);
  }
  if (url === '') reader.fail('a URL');
  return url;
}
