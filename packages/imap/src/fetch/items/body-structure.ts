/**
 * BODYSTRUCTURE, and BODY, which is the same without extension data.
 *
 *     msg-att-static =/ "BODY" ["STRUCTURE"] SP body
 *
 * @rfc 9051 7.5.2
 */
import { writeBodyStructure } from '../../body-structure-encode.ts';
import { readBodyStructure } from '../../body-structure-parse.ts';
import type { BodyStructure } from '../../body-structure.ts';
import type { FetchItemSpec } from '../../extension.ts';
import type { ValueReader } from '../../value-reader.ts';
import { plainRequest, type PlainRequest } from './plain-request.ts';

function parse(reader: ValueReader): BodyStructure | undefined {
  reader.space();
  return readBodyStructure(reader);
}

export const bodyStructureItem: FetchItemSpec<'bodyStructure', PlainRequest<'BODYSTRUCTURE'>, BodyStructure | undefined> = {
  ...plainRequest('BODYSTRUCTURE'),
  field: 'bodyStructure',
  source: 'RFC 9051 7.5.2',
  parse,
  encode(writer, structure) {
    if (structure !== undefined) writeBodyStructure(writer.raw('BODYSTRUCTURE '), structure, true);
  },
};

export const bodyItem: FetchItemSpec<'body', PlainRequest<'BODY'>, BodyStructure | undefined> = {
  ...plainRequest('BODY'),
  field: 'body',
  source: 'RFC 9051 7.5.2',
  parse,
  encode(writer, structure) {
    if (structure !== undefined) writeBodyStructure(writer.raw('BODY '), structure, false);
  },
};
