/**
 * Where the octets of a part come from: octets, text, or pieces that are asked for one after the other. Never a path or a URL: whoever
 * composes mail from what strangers filled in would open files and addresses for them.
 */

/** Octets, text (written as UTF-8), or octets in pieces. Any Node `Readable` is one; so is a `BuiltMessage`. */
export type ContentSource = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a source in pieces is. */
export type PieceSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Names under which other libraries take what would be opened. */
const OPENED = ['path', 'href', 'url', 'raw'] as const;

/** What other libraries call our options. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['filename', 'fileName'], ['contentType', 'mediaType'], ['cid', 'contentId'], ['encoding', 'transferEncoding'], ['contentTransferEncoding', 'transferEncoding'],
  ['contentDisposition', 'disposition'],
]);

/** Throws TypeError for a part that names something to open, and for options that nobody knows. */
export function checkPartOptions(option: string, input: object, known: ReadonlySet<string>): void {
  if (typeof input !== 'object' || input === null) throw new TypeError(`${option} is not an object`);
  for (const name of Object.keys(input)) {
    if (known.has(name)) continue;
    if ((OPENED as readonly string[]).includes(name)) {
      throw new TypeError(`${option}.${name} is not taken: the builder opens no file and no URL, since such a name may come from a stranger; give the content itself, as octets, text or a stream`);
    }
    const ours = OTHER_NAMES.get(name);
    throw new TypeError(`${option}.${name} is not an option${ours === undefined ? '' : `: it is ${ours} here`}`);
  }
}

/** Throws TypeError for what is no source. */
export function checkSource(option: string, source: unknown): void {
  if (typeof source === 'string' || source instanceof Uint8Array) return;
  if (typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source)) return;
  throw new TypeError(`${option} is neither octets nor text nor octets in pieces`);
}

export function isAsyncSource(source: PieceSource): source is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in source;
}

/** True for an iterator, a Node stream or a stream of the web: what it gave is gone. Anything else begins anew each time it is asked. */
export function isReadOnce(source: PieceSource): boolean {
  return 'next' in source || 'readableFlowing' in source || 'getReader' in source;
}

/** Throws a `RangeError` for a size that is none, or not that of octets that are there. */
export function checkSize(option: string, sizeOctets: number | undefined, content: ContentSource): number | undefined {
  if (sizeOctets !== undefined && !(Number.isSafeInteger(sizeOctets) && sizeOctets >= 0)) throw new RangeError(`${option} is not a number of octets`);
  if (sizeOctets !== undefined && content instanceof Uint8Array && content.length !== sizeOctets) throw new RangeError(`${option} is ${sizeOctets}, and the content has ${content.length}`);
  return sizeOctets;
}
