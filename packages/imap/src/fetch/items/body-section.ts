/**
 * BODY[...] and BODY.PEEK[...]: octets of the message or of a part. Both requests have the same answer.
 *
 *     fetch-att      =/ "BODY" section [partial] / "BODY.PEEK" section [partial]
 *     msg-att-static =/ "BODY" section ["<" number ">"] SP nstring
 *
 * @rfc 9051 6.4.5
 * @rfc 9051 7.5.2
 */
import type { FetchItemSpec } from '../../extension.ts';
import { readOrigin, readPartial, readSection, writePartial, writeSection } from '../../section.ts';
import type { ValueReader } from '../../value-reader.ts';
import type { ValueWriter } from '../../value-writer.ts';
import type { FetchedSection } from '../fetch-data.ts';
import type { SectionRequest } from '../fetch-request.ts';
import { readOctets, writeOctets } from './octets.ts';

export const bodySectionItem: FetchItemSpec<'sections', SectionRequest, readonly FetchedSection[]> = sectionItem('BODY[]');
export const bodyPeekItem: FetchItemSpec<'sections', SectionRequest, readonly FetchedSection[]> = sectionItem('BODY.PEEK[]');

function sectionItem(name: SectionRequest['name']): FetchItemSpec<'sections', SectionRequest, readonly FetchedSection[]> {
  return {
    name,
    field: 'sections',
    source: 'RFC 9051 6.4.5',
    parseRequest: (reader) => ({ name, section: readSection(reader), partial: readPartial(reader) }),
    encodeRequest(writer, { section, partial }) {
      writeSection(writer.raw(name.slice(0, -'[]'.length)), section);
      if (partial !== undefined) writePartial(writer, partial);
    },
    parse: readSections,
    encode: (writer, sections) => void writer.separated(sections, (section) => writeFetchedSection(writer, section)),
  };
}

function readSections(reader: ValueReader, before: readonly FetchedSection[] | undefined): readonly FetchedSection[] {
  const section = readSection(reader);
  const origin = readOrigin(reader);
  const octets = readOctets(reader);
  const fetched: FetchedSection = { section, origin, octets };
  if (before === undefined || before.length === 0) return [fetched];
  (before as FetchedSection[]).push(fetched); // what this function made itself: copying would cost the square of their number
  return before;
}

function writeFetchedSection(writer: ValueWriter, { section, origin, octets }: FetchedSection): void {
  writeSection(writer.raw('BODY'), section);
  if (origin !== undefined) writer.raw('<').number(origin).raw('>');
  writeOctets(writer.space(), octets);
}
