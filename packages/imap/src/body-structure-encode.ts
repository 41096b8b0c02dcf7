/**
 * BODYSTRUCTURE and BODY, value to octets.
 *
 * Read next: `body-structure-parse.ts`, the inverse, with the grammar.
 *
 * @rfc 9051 7.5.2
 */
import type { BodyDisposition, BodyParameters, BodyStructure, MultipartStructure } from './body-structure.ts';
import { writeEnvelope } from './envelope-encode.ts';
import type { ValueWriter } from './value-writer.ts';

/**
 * Writes a body structure; `extended`: with its extension data, as BODYSTRUCTURE has them and BODY has not. Throws a `RangeError` for
 * counts that are no whole numbers, a `TypeError` for texts with NUL.
 *
 * @rfc 9051 7.5.2
 */
export function writeBodyStructure(writer: ValueWriter, structure: BodyStructure, extended: boolean): void {
  writer.raw('(');
  if (structure.kind === 'multipart' && structure.parts.length > 0) writeMultipart(writer, structure, extended);
  else writeSinglePart(writer, structure, extended);
  writer.raw(')');
}

function writeMultipart(writer: ValueWriter, structure: MultipartStructure, extended: boolean): void {
  for (const part of structure.parts) writeBodyStructure(writer, part, extended);
  writer.space().string(structure.subtype);
  if (!extended) return;
  writer.space();
  writeParameters(writer, structure.parameters);
  writeExtension(writer, structure);
}

/** A multipart without parts has no form of its own: it is written as servers do that found none. */
function writeSinglePart(writer: ValueWriter, structure: BodyStructure, extended: boolean): void {
  const fields = structure.kind === 'multipart' ? EMPTY_MULTIPART : structure;
  writer.string(structure.type).space().string(structure.subtype).space();
  writeParameters(writer, structure.parameters);
  writer.space().nstring(fields.id).space().nstring(fields.description).space().string(fields.encoding).space().number(fields.octetCount);
  if (structure.kind === 'message') {
    writer.space();
    writeEnvelope(writer, structure.envelope);
    writer.space();
    writeBodyStructure(writer, structure.body, extended);
  }
  if (structure.kind === 'text' || structure.kind === 'message') writer.space().number(structure.lineCount);
  if (!extended) return;
  writer.space().nstring(fields.md5);
  writeExtension(writer, structure);
}

const EMPTY_MULTIPART = { id: undefined, description: undefined, encoding: '7bit', octetCount: 0, md5: undefined } as const;

function writeExtension(writer: ValueWriter, { disposition, languages, location }: BodyStructure): void {
  writer.space();
  writeDisposition(writer, disposition);
  writer.space();
  if (languages.length > 1) writer.list(languages, (language) => writer.string(language));
  else writer.nstring(languages[0]);
  writer.space().nstring(location);
}

function writeDisposition(writer: ValueWriter, disposition: BodyDisposition | undefined): void {
  if (disposition === undefined) return void writer.raw('NIL');
  writer.raw('(').string(disposition.type).space();
  writeParameters(writer, disposition.parameters);
  writer.raw(')');
}

function writeParameters(writer: ValueWriter, parameters: BodyParameters): void {
  if (parameters.size === 0) return void writer.raw('NIL');
  writer.list([...parameters], ([name, value]) => writer.string(name).space().string(value));
}
