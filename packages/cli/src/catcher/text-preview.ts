/** The first lines of what a person would read of a message: its text, or what is left of its HTML without the tags. */
import { htmlToText, messageHtml, messageText, parseMessage } from '@mailwright/mime';

/** Characters of HTML that are looked at. */
const MOST_HTML_CHARACTERS = 65_536;

/** At most `lines` lines, blank ones at both ends left out. `octets` is the message or its beginning. */
export function previewText(octets: Uint8Array, lines: number): readonly string[] {
  const message = parseMessage(octets);
  const plain = messageText(message);
  const text = plain !== undefined && plain.trim() !== '' ? plain : htmlToText((messageHtml(message) ?? '').slice(0, MOST_HTML_CHARACTERS));
  const all = text.trim().split(/\r\n|\r|\n/).map((line) => line.trimEnd());
  return all.length > lines ? [...all.slice(0, lines), '...'] : all.length === 1 && all[0] === '' ? [] : all;
}
