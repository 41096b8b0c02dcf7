/** What the requests of items without arguments have in common. */
import type { ValueWriter } from '../../value-writer.ts';

export interface PlainRequest<N extends string> {
  readonly name: N;
}

/** The request half of a spec whose item takes no arguments. */
export interface PlainRequestSpec<N extends string> {
  readonly name: N;
  readonly parseRequest: () => PlainRequest<N>;
  readonly encodeRequest: (writer: ValueWriter) => void;
}

export function plainRequest<N extends string>(name: N): PlainRequestSpec<N> {
  const request = { name };
  return { name, parseRequest: () => request, encodeRequest: (writer) => void writer.raw(name) };
}
