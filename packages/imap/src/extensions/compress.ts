/**
 * COMPRESS=DEFLATE: everything after the tagged OK goes through DEFLATE, in both directions.
 *
 *     compress  = "COMPRESS" SP algorithm
 *     algorithm = "DEFLATE"
 *
 * The compression itself is the driver's: the machines say when.
 *
 * @rfc 4978
 */
import type { CodeSpec, CommandSpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

export interface CompressCommand {
  readonly name: 'COMPRESS';
  /** In upper case; `DEFLATE` is the only one there is. */
  readonly algorithm: string;
}

/** Compression is on already: by this command, or by TLS. @rfc 4978 3 */
export interface CompressionActiveCode {
  readonly name: 'COMPRESSIONACTIVE';
}

const COMPRESSION_ACTIVE: CompressionActiveCode = { name: 'COMPRESSIONACTIVE' };

const compressCommand: CommandSpec<CompressCommand> = {
  name: 'COMPRESS',
  uidForm: false,
  syntax: 'COMPRESS DEFLATE',
  source: 'RFC 4978 3',
  states: LOGGED_IN,
  pipelining: 'alone',
  secret: false,
  parse(reader) {
    reader.space();
    return { name: 'COMPRESS', algorithm: reader.keyword() };
  },
  encode: (writer, { algorithm }) => void writer.space().atom(algorithm),
  explain: ({ algorithm }) => `The client wants everything from here on compressed with ${algorithm}.`,
};

const compressionActive: CodeSpec<CompressionActiveCode> = {
  name: 'COMPRESSIONACTIVE',
  source: 'RFC 4978 3',
  parse: () => COMPRESSION_ACTIVE,
  encode: () => {},
  explain: () => 'The connection is compressed already.',
};

export const compressDeflate: Brings<{ commands: typeof compressCommand; codes: typeof compressionActive }> = {
  ...NOTHING,
  capability: 'COMPRESS=DEFLATE',
  rfc: 4978,
  announced: LOGGED_IN,
  commands: [compressCommand],
  codes: [compressionActive],
  explain: () => 'The connection can be compressed.',
};
