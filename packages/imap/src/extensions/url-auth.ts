/**
 * URLAUTH: URLs of messages and their parts that work without a login, because the server signed them. BURL of SMTP is fed with them.
 *
 *     genurlauth        = "GENURLAUTH" 1*(SP url-rump SP mechanism)
 *     resetkey          = "RESETKEY" [SP mailbox *(SP mechanism)]
 *     urlfetch          = "URLFETCH" 1*(SP url-full)
 *     genurlauth-data   = "GENURLAUTH" 1*(SP url-full)
 *     urlfetch-data     = "URLFETCH" 1*(SP url-full SP nstring)
 *     resp-text-code    =/ "URLMECH" SP "INTERNAL" *(SP mechanism ["=" base64])
 *
 * URLs are text here; their grammar (RFC 5092) is left out.
 *
 * @rfc 4467
 */
import { SP } from '@mailwright/wire';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { CodeSpec, CommandSpec, DataSpec } from '../extension.ts';
import type { FetchedOctets } from '../fetch/fetch-data.ts';
import { readOctets, writeOctets } from '../fetch/items/octets.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

export interface GenUrlAuthCommand {
  readonly name: 'GENURLAUTH';
  /** The URL up to its signature, and how to sign it: `INTERNAL`. */
  readonly urls: readonly { readonly url: string; readonly mechanism: string }[];
}

export interface ResetKeyCommand {
  readonly name: 'RESETKEY';
  /** Undefined: all keys of all mailboxes. */
  readonly mailbox: string | undefined;
  readonly mechanisms: readonly string[];
}

export interface UrlFetchCommand {
  readonly name: 'URLFETCH';
  readonly urls: readonly string[];
}

export interface GenUrlAuthData {
  readonly name: 'GENURLAUTH';
  readonly urls: readonly string[];
}

export interface UrlFetchData {
  readonly name: 'URLFETCH';
  /** As of `BODY[...]`: views into the frame, or what goes by; undefined where the URL gives nothing. */
  readonly results: readonly { readonly url: string; readonly octets: FetchedOctets | undefined }[];
}

/** The mechanisms of a mailbox. @rfc 4467 8 */
export interface UrlMechCode {
  readonly name: 'URLMECH';
  /** As sent, each with what the mechanism needs behind `=`, in base64. */
  readonly mechanisms: readonly string[];
}

const genUrlAuth: CommandSpec<GenUrlAuthCommand> = {
  name: 'GENURLAUTH',
  uidForm: false,
  syntax: 'GENURLAUTH url mechanism ...',
  source: 'RFC 4467 7',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    const urls: { url: string; mechanism: string }[] = [];
    do {
      reader.space();
      const url = reader.astring();
      reader.space();
      urls.push({ url, mechanism: reader.keyword() });
      reader.count();
    } while (reader.peek() === SP);
    return { name: 'GENURLAUTH', urls };
  },
  encode(writer, { urls }) {
    if (urls.length === 0) throw new RangeError('GENURLAUTH names at least one URL');
    for (const { url, mechanism } of urls) writer.space().astring(url).space().atom(mechanism);
  },
  explain: () => 'The client wants URLs signed, so that they work without a login.',
};

const resetKey: CommandSpec<ResetKeyCommand> = {
  name: 'RESETKEY',
  uidForm: false,
  syntax: 'RESETKEY [mailbox [mechanism ...]]',
  source: 'RFC 4467 7',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    if (!reader.skip(SP)) return { name: 'RESETKEY', mailbox: undefined, mechanisms: [] };
    const mailbox = readMailbox(reader);
    const mechanisms: string[] = [];
    while (reader.skip(SP)) {
      mechanisms.push(reader.keyword());
      reader.count();
    }
    return { name: 'RESETKEY', mailbox, mechanisms };
  },
  encode(writer, { mailbox, mechanisms }) {
    if (mailbox === undefined) return;
    writeMailbox(writer.space(), mailbox);
    for (const mechanism of mechanisms) writer.space().atom(mechanism);
  },
  explain: ({ mailbox }) => `The client makes all signed URLs of ${mailbox === undefined ? 'all mailboxes' : `mailbox "${mailbox}"`} invalid.`,
};

const urlFetch: CommandSpec<UrlFetchCommand> = {
  name: 'URLFETCH',
  uidForm: false,
  syntax: 'URLFETCH url ...',
  source: 'RFC 4467 7',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    const urls: string[] = [];
    do {
      reader.space();
      urls.push(reader.astring());
      reader.count();
    } while (reader.peek() === SP);
    return { name: 'URLFETCH', urls };
  },
  encode(writer, { urls }) {
    if (urls.length === 0) throw new RangeError('URLFETCH names at least one URL');
    for (const url of urls) writer.space().astring(url);
  },
  explain: () => 'The client asks for what signed URLs stand for.',
};

const genUrlAuthData: DataSpec<GenUrlAuthData> = {
  name: 'GENURLAUTH',
  numbered: false,
  source: 'RFC 4467 8',
  parse(reader) {
    const urls: string[] = [];
    while (reader.skip(SP)) {
      urls.push(reader.astring());
      reader.count();
    }
    return { name: 'GENURLAUTH', urls };
  },
  encode(writer, { urls }) {
    writer.raw('GENURLAUTH');
    for (const url of urls) writer.space().astring(url);
  },
  explain: ({ urls }) => `${urls.length} signed URLs.`,
};

const urlFetchData: DataSpec<UrlFetchData> = {
  name: 'URLFETCH',
  numbered: false,
  source: 'RFC 4467 8',
  parse(reader) {
    const results: { url: string; octets: FetchedOctets | undefined }[] = [];
    while (reader.skip(SP)) {
      const url = reader.astring();
      results.push({ url, octets: readOctets(reader) });
      reader.count();
    }
    return { name: 'URLFETCH', results };
  },
  encode(writer, { results }) {
    writer.raw('URLFETCH');
    for (const { url, octets } of results) writeOctets(writer.space().astring(url).space(), octets);
  },
  explain: ({ results }) => `What ${results.length} signed URLs stand for.`,
};

const urlMech: CodeSpec<UrlMechCode> = {
  name: 'URLMECH',
  source: 'RFC 4467 8',
  parse(reader) {
    const mechanisms: string[] = [];
    while (reader.skip(SP)) {
      mechanisms.push(reader.atom());
      reader.count();
    }
    return { name: 'URLMECH', mechanisms };
  },
  encode(writer, { mechanisms }) {
    for (const mechanism of mechanisms) writer.space().atom(mechanism);
  },
  explain: ({ mechanisms }) => `URLs of this mailbox can be signed by ${mechanisms.join(', ')}.`,
};

export const urlAuth: Brings<{
  commands: typeof genUrlAuth | typeof resetKey | typeof urlFetch;
  data: typeof genUrlAuthData | typeof urlFetchData;
  codes: typeof urlMech;
}> = {
  ...NOTHING,
  capability: 'URLAUTH',
  rfc: 4467,
  announced: LOGGED_IN,
  commands: [genUrlAuth, resetKey, urlFetch],
  data: [genUrlAuthData, urlFetchData],
  codes: [urlMech],
  explain: () => 'The server can sign URLs of messages, so that they work without a login.',
};
