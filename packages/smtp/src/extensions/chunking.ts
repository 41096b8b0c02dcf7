/**
 * CHUNKING: the message in counted chunks, without dot-stuffing. The octets follow right behind the line, whatever the server
 * says, so a refused chunk is read and thrown away.
 *
 *     bdat-cmd    = "BDAT" SP chunk-size [ SP end-marker ] CR LF
 *     chunk-size  = 1*DIGIT
 *     end-marker  = "LAST"
 *
 * @rfc 3030 2
 */
import { contentEnd, hasWordAt } from '../command-text.ts';
import type { Capability, CommandParsed, CommandSpec, Extension } from '../extension.ts';
import { announced } from './announced.ts';
import { reply } from '../reply.ts';

export interface BdatCommand {
  readonly verb: 'BDAT';
  /** Octets that follow the line's CRLF. */
  readonly chunkOctets: number;
  /** True for the chunk that ends the message; it may be empty. */
  readonly last: boolean;
}

const SYNTAX: CommandParsed<BdatCommand> = { ok: false, error: 'syntax', parameter: undefined };
/** 2^53 - 1 has 16 digits; more leading zeros than that are nobody's. */
const MAX_DIGITS = 16;
const END_MARKER = ' LAST';

/** @rfc 3030 2 */
function parseBdat(line: string, from: number): CommandParsed<BdatCommand> {
  const end = contentEnd(line, from);
  let chunkOctets = 0;
  let at = from;
  for (; at < end; at++) {
    const digit = line.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) break;
    chunkOctets = chunkOctets * 10 + digit;
  }
  if (at === from || at - from > MAX_DIGITS || chunkOctets > Number.MAX_SAFE_INTEGER) return SYNTAX;
  const last = at !== end;
  if (last && (end - at !== END_MARKER.length || !hasWordAt(line, at, END_MARKER))) return SYNTAX;
  return { ok: true, value: { verb: 'BDAT', chunkOctets, last } };
}

const bdat: CommandSpec<BdatCommand> = {
  verb: 'BDAT',
  syntax: 'BDAT chunk-size [LAST]',
  source: 'RFC 3030 2',
  endsGroup: false,
  secret: false,
  beforeTls: false,
  moves: { rcpt: { accepted: 'chunks' }, chunks: { accepted: 'chunks' } },
  effect: 'body',
  body: { form: 'counted', octets: (command) => command.chunkOctets, last: (command) => command.last },
  parse: parseBdat,
  encode({ chunkOctets, last }) {
    if (!Number.isSafeInteger(chunkOctets) || chunkOctets < 0) throw new TypeError(`not a number of octets: ${chunkOctets}`);
    return last ? `BDAT ${chunkOctets} LAST` : `BDAT ${chunkOctets}`;
  },
  check: () => undefined,
  accepted: ({ chunkOctets }) => reply(250, '2.0.0', `${chunkOctets} octets received`),
  explain({ chunkOctets, last }) {
    const more = last ? ', and they are its last' : '; more chunks will come';
    return `${chunkOctets} octets of the message follow right behind this line${more}. Nothing in them is dot-stuffed.`;
  },
};

export const chunking: Extension<never, typeof bdat, Capability<'chunking', boolean>> = {
  keyword: 'CHUNKING',
  rfc: 3030,
  offered: () => true,
  advertise: () => '',
  capability: announced('chunking'),
  explain: () => 'The message may come in counted chunks (BDAT) instead of DATA: no dot to stuff, no dot to search.',
  parameters: [],
  commands: [bdat],
  objections: {},
};
