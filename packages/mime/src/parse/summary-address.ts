/**
 * The addresses of a header field as they are shown: names decoded, groups taken apart.
 *
 * Read next: `summarize-message.ts`.
 */
import { parseMailboxList } from '@mailwright/address';
import type { HeaderMailbox, PhraseWord } from '@mailwright/address';
import { decodeEncodedWords } from '../header/encoded-word-decode.ts';

/** An address as it is shown. Both texts come from the peer and may hold anything that Unicode has. */
export interface SummaryAddress {
  /** Encoded words decoded; `undefined` where there is none. */
  readonly name: string | undefined;
  /** `localPart@domain`, as far as it could be read. */
  readonly address: string;
}

/** The mailboxes of the text of a field, those of groups among them. Never throws. @rfc 5322 3.4 */
export function readAddresses(text: string): readonly SummaryAddress[] {
  return parseMailboxList(text).mailboxes.map(readMailbox);
}

function readMailbox(mailbox: HeaderMailbox): SummaryAddress {
  const { localPart, domain } = mailbox;
  const name = mailbox.displayName === undefined || mailbox.words.length === 0 ? mailbox.displayName : decodeWords(mailbox.words);
  return { name, address: mailbox.mailbox?.address ?? (domain === '' ? localPart : `${localPart}@${domain}`) };
}

/** Decodes runs of words that are not quoted; in a quoted string there are no encoded words. @rfc 2047 5 */
function decodeWords(words: readonly PhraseWord[]): string {
  let text = '';
  let run = '';
  words.forEach((word, at) => {
    const written = `${word.spaced && at > 0 ? ' ' : ''}${word.text}`;
    if (word.kind !== 'quoted') {
      run += written;
      return;
    }
    text += decodeEncodedWords(run) + written;
    run = '';
  });
  return text + decodeEncodedWords(run);
}
