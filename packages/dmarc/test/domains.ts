/** Shorthand of the tests: a zone of records by domain, messages with one author. */
import { inMemoryZone } from '@mailwright/dns';
import type { InMemoryZone } from '@mailwright/dns';
import { parseHeaders } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { encodeUtf8 } from '@mailwright/wire';

/** `_dmarc.` stands before each name; a list is several records. `asked` gathers the names of all queries. */
export function zoneOf(records: Readonly<Record<string, string | readonly string[]>>, asked: string[] = []): InMemoryZone {
  const zone = inMemoryZone({}, { onQuery: (name, type) => asked.push(type === 'TXT' ? name : `${name} ${type}`) });
  for (const [domain, TXT] of Object.entries(records)) zone.set(`_dmarc.${domain}`, { TXT });
  return zone;
}

export const headers = (text: string): HeaderSection => parseHeaders(encodeUtf8(text));
export const from = (domain: string): HeaderSection => headers(`From: <jane@${domain}>\r\n\r\n`);
