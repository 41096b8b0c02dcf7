import { expect, test } from 'vitest';
import { findParameter, jmapView, messageHtml, messageText, parseAddressHeader, parseMessage, findField } from '@mailwright/mime';
import type { MessagePart } from '@mailwright/mime';
import { BUILT_SAMPLES, STRICT_SAMPLES, hashFile } from './built-messages.ts';
import type { MessageFacts } from './built-messages.ts';

const withLineFeeds = (text: string): string => text.replace(/\r\n/g, '\n').replace(/\n+$/, '');

/** What our own parser finds: the same that other people's have to find. */
function read(octets: Uint8Array): MessageFacts {
  const message = parseMessage(octets);
  const view = jmapView(message);
  const { headers } = message.parts[0]!;
  const addresses = (name: string): MessageFacts['to'] =>
    parseAddressHeader(findField(headers, name)?.text ?? '').addresses.flatMap((entry) => (entry.type === 'group' ? [] : [[entry.name ?? '', entry.address] as const]));
  const text = messageText(message);
  const html = messageHtml(message);
  const isInvitation = (part: MessagePart): boolean => part.mediaType === 'text/calendar' && part.disposition !== 'attachment';
  const inner = message.parts.filter(({ mediaType }) => mediaType === 'message/rfc822').flatMap(({ id }) => message.parts.filter(({ parent }) => parent === id));
  const own = message.parts.filter((part) => !inner.includes(part));
  return {
    subject: view.subject ?? '', date: new Date(view.sentAt ?? '').getTime(), messageId: `<${view.messageId?.[0]}>`, from: addresses('From'), to: addresses('To'), cc: addresses('Cc'),
    text: text === undefined ? undefined : withLineFeeds(text),
    html: html === undefined ? undefined : withLineFeeds(html),
    files: own
      .filter(({ disposition }) => disposition !== undefined)
      .map((part) => ({ name: part.fileName, type: part.mediaType, disposition: part.disposition as 'attachment', contentId: part.contentId === undefined ? undefined : `<${part.contentId}>`, sha256: hashFile(part.mediaType, part.content()) })),
    calendar: own.filter(isInvitation).map((part) => [withLineFeeds(part.text().text), findParameter(part.contentType, 'method') ?? '']),
  };
}

test.each([...BUILT_SAMPLES, ...STRICT_SAMPLES])('our builder -> our parser: $name', ({ octets, facts }) => {
  expect(read(octets)).toEqual(facts);
  expect(parseMessage(octets).defects).toEqual([]);
});
