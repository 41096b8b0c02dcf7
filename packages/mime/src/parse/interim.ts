/** Stands in for what the folders coding/, charset/ and header/ will offer under these names. */
import { decodeBase64, decodeUtf8Strict, latin1 } from '@mailwright/wire';
import { decodeCharset } from '../charset/charset.ts';
import type { DecodedText } from '../charset/decoded-text.ts';
import { decodeQuotedPrintable } from '../coding/quoted-printable.ts';
import type { TransferEncoding } from '../coding/transfer-coding.ts';
import type { MimeDefect } from '../defect.ts';
import { findParameter, parseContentType } from '../header/content-type.ts';
import type { ContentType, ContentTypeParameter } from '../header/content-type.ts';

export interface Disposition { readonly disposition: string; readonly parameters: readonly ContentTypeParameter[]; readonly defects: readonly MimeDefect[] }

export function parseContentTypeField(text: string): { readonly contentType: ContentType | undefined; readonly defects: readonly MimeDefect[] } {
  return { contentType: parseContentType(text), defects: [] };
}

export function parseDisposition(text: string): Disposition {
  const parsed = parseContentType(`x/${text.trim()}`);
  return { disposition: parsed?.mediaType.slice(2) ?? 'attachment', parameters: parsed?.parameters ?? [], defects: [] };
}

export function readFileName(contentType: ContentType, disposition: Disposition | undefined): string | undefined {
  return disposition?.parameters.find(({ name }) => name === 'filename')?.value ?? findParameter(contentType, 'name');
}

const ENCODINGS: readonly string[] = ['7bit', '8bit', 'binary', 'quoted-printable', 'base64'];

export function parseTransferEncoding(text: string): TransferEncoding | undefined {
  const name = text.trim().toLowerCase();
  return ENCODINGS.includes(name) ? name as TransferEncoding : undefined;
}

export function decodeTransfer(encoding: TransferEncoding, octets: Uint8Array): { readonly octets: Uint8Array; readonly defects: readonly MimeDefect[] } {
  if (encoding === 'quoted-printable') return { octets: decodeQuotedPrintable(octets), defects: [] };
  if (encoding !== 'base64') return { octets, defects: [] };
  const text = latin1(octets).replace(/[^A-Za-z0-9+/]/g, '');
  const whole = text.slice(0, text.length - (text.length % 4));
  const tail = text.slice(whole.length);
  return { octets: decodeBase64(whole + (tail.length < 2 ? '' : tail.padEnd(4, '='))) ?? new Uint8Array(0), defects: [] };
}

export function decodeText(octets: Uint8Array, declared: string | undefined): DecodedText {
  const known = declared === undefined ? undefined : decodeCharset(declared, octets);
  if (known !== undefined) return { text: known, declared, used: declared!.toLowerCase(), replacements: 0 };
  const text = decodeUtf8Strict(octets);
  return text === undefined ? { text: decodeCharset('windows-1252', octets)!, declared, used: 'windows-1252', replacements: 0 } : { text, declared, used: 'utf-8', replacements: 0 };
}
