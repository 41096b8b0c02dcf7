/**
 * How a Maildir writes names down. A mailbox `A/B` is the directory `.A.B` beside the directories of INBOX (Maildir++); a message is a file
 * `base:2,FLAGS`. Whatever a client calls a mailbox, its directory is one name that begins with a dot and a letter that is no dot, so that no
 * mailbox is outside of its account.
 *
 * A level is written in modified UTF-7, as Dovecot and Courier do; a dot in it as `&AC4-`.
 *
 * @rfc 3501 5.1.3
 */
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '@mailwright/mime';
import { encodeUtf8 } from '@mailwright/wire';
import { HIERARCHY_SEPARATOR, checkMailboxName } from './mailbox-name.ts';
import { MailStoreError } from './store-error.ts';

const ENCODED_DOT = '&AC4-';
/** File systems allow 255 octets. */
const FOLDER_CHARACTERS = 250;

/**
 * The directory of a mailbox below that of its account; `''` for INBOX.
 *
 * Errors: `STORE_BAD_NAME` for a name that is none, or too long when it is encoded.
 */
export function folderOf(mailbox: string): string {
  const name = checkMailboxName(mailbox);
  if (name === 'INBOX') return '';
  const folder = name.split(HIERARCHY_SEPARATOR).map((level) => `.${level.split('.').map(encodeModifiedUtf7).join(ENCODED_DOT)}`).join('');
  if (folder.length > FOLDER_CHARACTERS) throw new MailStoreError('STORE_BAD_NAME', 'the name is too long');
  return folder;
}

/** The mailbox of a directory; `undefined` where `folderOf` would never write it. */
export function mailboxOf(folder: string): string | undefined {
  if (!folder.startsWith('.')) return undefined;
  const levels = folder.slice(1).split('.').map((level) => level.split(ENCODED_DOT).map(decodeModifiedUtf7).join('.'));
  try {
    const mailbox = checkMailboxName(levels.join(HIERARCHY_SEPARATOR));
    return folderOf(mailbox) === folder ? mailbox : undefined;
  } catch {
    return undefined;
  }
}

/** The directory of a user: small letters, digits and a few signs as they are, all else as `%XX`, so that no two users share one on any file system. */
export function userDirectory(user: string): string {
  const encoded = [...encodeUtf8(user)].map((octet, index) => {
    const character = String.fromCharCode(octet);
    return /[a-z0-9@_+-]/.test(character) || (character === '.' && index > 0) ? character : `%${octet.toString(16).padStart(2, '0')}`;
  });
  return encoded.join('');
}

/** A message's file name, taken apart. */
export interface MessageFileName {
  /** What stays when flags change. */
  readonly base: string;
  /** The letters of its flags as they stand. */
  readonly letters: string;
}

/** `undefined` for what is no message: names that begin with a dot, names that no line can hold. */
export function parseMessageFileName(name: string): MessageFileName | undefined {
  if (name.startsWith('.') || /[\0-\x1f]/.test(name)) return undefined;
  const colon = name.indexOf(':');
  if (colon === -1) return { base: name, letters: '' };
  const info = name.slice(colon + 1);
  return { base: name.slice(0, colon), letters: info.startsWith('2,') ? info.slice(2) : '' };
}

/** The name of the file in `cur`. */
export function formatMessageFileName({ base, letters }: MessageFileName): string {
  return `${base}:2,${letters}`;
}

const FLAG_OF_LETTER: ReadonlyMap<string, string> = new Map([
  ['D', '\\Draft'], ['F', '\\Flagged'], ['P', '$Forwarded'], ['R', '\\Answered'], ['S', '\\Seen'], ['T', '\\Deleted'],
]);
const LETTER_OF_FLAG: ReadonlyMap<string, string> = new Map([...FLAG_OF_LETTER].map(([letter, flag]) => [flag.toLowerCase(), letter]));
const KEYWORD_LETTERS = 26;

/** Which keyword has which small letter: what the keywords file says. @see `readKeywordFile` */
export type KeywordLetters = readonly string[];

/** The letter of a flag, or `undefined` for a keyword without one. */
export function letterOf(flag: string, keywords: KeywordLetters): string | undefined {
  const key = flag.toLowerCase();
  const letter = LETTER_OF_FLAG.get(key);
  if (letter !== undefined) return letter;
  const index = keywords.findIndex((keyword) => keyword.toLowerCase() === key);
  return index === -1 ? undefined : String.fromCharCode(0x61 + index);
}

/** The letters of flags, sorted; flags without a letter are left out. */
export function lettersOf(flags: readonly string[], keywords: KeywordLetters): string {
  return flags.map((flag) => letterOf(flag, keywords) ?? '').sort().join('');
}

/** The flags of letters; letters that mean nothing are left out. */
export function flagsOf(letters: string, keywords: KeywordLetters): readonly string[] {
  return [...letters].flatMap((letter) => FLAG_OF_LETTER.get(letter) ?? (letter >= 'a' && letter <= 'z' ? keywords[letter.charCodeAt(0) - 0x61] : undefined) ?? []);
}

/** Letters that other programs use and that mean nothing here: they stay when flags change. */
export function foreignLetters(letters: string): string {
  return [...letters].filter((letter) => letter >= 'A' && letter <= 'Z' && !FLAG_OF_LETTER.has(letter)).join('');
}

/** The keywords with letters for those of `flags` that have none, as long as there are letters. The same array where nothing is new. */
export function withKeywords(keywords: KeywordLetters, flags: readonly string[]): KeywordLetters {
  let all = keywords;
  for (const flag of flags) if (!flag.startsWith('\\') && all.length < KEYWORD_LETTERS && letterOf(flag, all) === undefined) all = [...all, flag];
  return all;
}

/** The keywords file of Dovecot: a line `0 $Junk` for each letter. Lines that can't be read are passed over. */
export function readKeywordFile(text: string): KeywordLetters {
  const keywords: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^(\d{1,2}) ([^\s(){%*"\\\]]{1,250})$/.exec(line);
    if (match === null || Number(match[1]) !== keywords.length || keywords.length === KEYWORD_LETTERS) continue;
    keywords.push(match[2]!);
  }
  return keywords;
}

export function formatKeywordFile(keywords: KeywordLetters): string {
  return keywords.map((keyword, index) => `${index} ${keyword}\n`).join('');
}
