/**
 * The name of a part's file: what the sender wrote, and what may be used as the name of a file.
 *
 * Read next: `content-disposition.ts`.
 */
import { encodeUtf8 } from '@mailwright/wire';
import { parameterValue } from './parameter-parse.ts';
import type { ContentTypeParameter } from './parameter-parse.ts';

/**
 * The name as the sender wrote it: the `filename` of the Content-Disposition (by RFC 2231 before plain), else the `name` of the
 * Content-Type; `undefined` for none or an empty one. It may be a path, or hold anything else: see `safeFileName`.
 *
 * @rfc 2183 2.3
 * @rfc 2231 3
 */
export function readFileName(
  contentType: { readonly parameters: readonly ContentTypeParameter[] } | undefined,
  disposition: { readonly parameters: readonly ContentTypeParameter[] } | undefined,
): string | undefined {
  const fileName = disposition === undefined ? undefined : parameterValue(disposition.parameters, 'filename');
  if (fileName !== undefined && fileName !== '') return fileName;
  const name = contentType === undefined ? undefined : parameterValue(contentType.parameters, 'name');
  return name === '' ? undefined : name;
}

const NAME_OCTETS = 200; // file systems take 255; this leaves room for " (2)" and a suffix
const EXTENSION_OCTETS = 20;
const LONGEST_READ = 4096;
const WITHOUT_NAME = 'attachment';
/** Controls, lone surrogates, and what changes how a name is seen: marks of direction, joiners, line ends of Unicode. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Co}]/gu;
/** What Windows does not have in names. */
const FORBIDDEN = /[<>:"|?*]/g;
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?: *\.|$)/i; // Windows overlooks the spaces too

/**
 * A name that can be given to a file on any system: no path, no control characters, none of the names that Windows keeps for devices, no
 * dot or space at its ends, 200 octets at most, never empty. The extension stays.
 *
 * Left out: whether a file of that name is there already, and whether its extension is dangerous.
 */
export function safeFileName(name: string): string {
  const whole = name.slice(-LONGEST_READ);
  const last = whole.slice(Math.max(whole.lastIndexOf('/'), whole.lastIndexOf('\\')) + 1);
  const seen = last.normalize('NFC').replace(UNSEEN, '').replace(FORBIDDEN, '_').replace(/\s/gu, ' ');
  const trimmed = shorten(trimEnds(seen));
  if (trimmed === '') return WITHOUT_NAME;
  return DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** Without dots and spaces at both ends: the first would hide the file, the last are dropped by Windows. */
function trimEnds(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isDotOrSpace(text[from])) from++;
  while (to > from && isDotOrSpace(text[to - 1])) to--;
  return text.slice(from, to);
}

function isDotOrSpace(character: string | undefined): boolean {
  return character === '.' || character === ' ';
}

function shorten(name: string): string {
  if (encodeUtf8(name).length <= NAME_OCTETS) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && encodeUtf8(name.slice(dot)).length <= EXTENSION_OCTETS ? name.slice(dot) : '';
  let left = NAME_OCTETS - encodeUtf8(extension).length;
  let stem = '';
  for (const character of name.slice(0, name.length - extension.length)) {
    left -= encodeUtf8(character).length;
    if (left < 0) break;
    stem += character;
  }
  return trimEnds(stem) + extension;
}
