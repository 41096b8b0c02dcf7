/**
 * CREATE: a new mailbox.
 *
 *     create = "CREATE" SP mailbox [create-params]
 *
 * @rfc 9051 6.3.4
 */
import { SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { noParameters, readParameters, writeParametersIfAny } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import { AUTHENTICATED } from './states.ts';

export type CreateParameters = ExtensionParameters<'CREATE'>;

export interface CreateCommand {
  readonly name: 'CREATE';
  readonly mailbox: string;
  readonly parameters: CreateParameters;
}

export const create: CommandSpec<CreateCommand> = {
  name: 'CREATE',
  uidForm: false,
  syntax: 'CREATE mailbox [(parameter ...)]',
  source: 'RFC 9051 6.3.4',
  states: AUTHENTICATED,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    return { name: 'CREATE', mailbox, parameters: reader.skip(SP) ? readParameters(reader, 'CREATE') : noParameters(reader, 'CREATE') };
  },
  encode(writer, { mailbox, parameters }) {
    writeMailbox(writer.space(), mailbox);
    writeParametersIfAny(writer, 'CREATE', parameters);
  },
  explain: ({ mailbox }) => `The client creates the mailbox "${mailbox}".`,
};
