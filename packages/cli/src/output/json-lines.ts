/** JSON lines: one object a line, `type` first. Octets above ASCII stay as they are; what JSON can't hold is escaped by JSON itself. */
import type { OutputStream } from '../command-io.ts';

/** A value that JSON can hold; `undefined` is written as `null`, so that every field is always there. */
export type JsonValue = string | number | boolean | null | undefined | readonly JsonValue[] | { readonly [field: string]: JsonValue };

export interface JsonRecord {
  readonly type: string;
  readonly [field: string]: JsonValue;
}

/** A value that holds nothing but JSON, whose type is an interface: to the compiler such a one may have more fields than it tells. */
export function asJson(value: object): { readonly [field: string]: JsonValue } {
  return value as { readonly [field: string]: JsonValue };
}

/** Writes one record. */
export function writeRecord(stream: OutputStream, record: JsonRecord): void {
  stream.write(`${JSON.stringify(record, (_field, value: unknown) => (value === undefined ? null : value))}\n`);
}
