/**
 * RENAME: another name for a mailbox and those under it. Of INBOX the messages move, and INBOX stays.
 *
 *     rename = "RENAME" SP mailbox SP mailbox [rename-params]
 *
 * @rfc 9051 6.3.6
 */
import { SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { noParameters, readParameters, writeParametersIfAny } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import { AUTHENTICATED } from './states.ts';

export interface RenameCommand {
  readonly name: 'RENAME';
  readonly mailbox: string;
  readonly newName: string;
  readonly parameters: ExtensionParameters<'RENAME'>;
}

export const rename: CommandSpec<RenameCommand> = {
  name: 'RENAME',
  uidForm: false,
  syntax: 'RENAME mailbox new-name',
  source: 'RFC 9051 6.3.6',
  states: AUTHENTICATED,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    reader.space();
    const newName = readMailbox(reader);
    return { name: 'RENAME', mailbox, newName, parameters: reader.skip(SP) ? readParameters(reader, 'RENAME') : noParameters(reader, 'RENAME') };
  },
  encode(writer, { mailbox, newName, parameters }) {
    writeMailbox(writer.space(), mailbox);
    writeMailbox(writer.space(), newName);
    writeParametersIfAny(writer, 'RENAME', parameters);
  },
  explain: ({ mailbox, newName }) => `The client renames the mailbox "${mailbox}" to "${newName}".`,
};
