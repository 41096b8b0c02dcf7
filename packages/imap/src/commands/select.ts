/**
 * SELECT and EXAMINE: open a mailbox, to work in it or only to read.
 *
 *     select  = "SELECT" SP mailbox [select-params]
 *     examine = "EXAMINE" SP mailbox [select-params]
 *
 * @rfc 9051 6.3.2
 * @rfc 9051 6.3.3
 */
import { SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { noParameters, readParameters, writeParametersIfAny } from '../parameters.ts';
import type { ExtensionParameters } from '../registry.ts';
import type { ValueReader } from '../value-reader.ts';
import { AUTHENTICATED } from './states.ts';

export type SelectParameters = ExtensionParameters<'SELECT'>;

export interface SelectCommand {
  readonly name: 'SELECT';
  readonly mailbox: string;
  readonly parameters: SelectParameters;
}

export interface ExamineCommand {
  readonly name: 'EXAMINE';
  readonly mailbox: string;
  readonly parameters: SelectParameters;
}

export const select: CommandSpec<SelectCommand> = {
  name: 'SELECT',
  uidForm: false,
  syntax: 'SELECT mailbox [(parameter ...)]',
  source: 'RFC 9051 6.3.2',
  states: AUTHENTICATED,
  pipelining: 'mailbox',
  secret: false,
  parse: (reader) => ({ name: 'SELECT', ...readArguments(reader) }),
  encode: (writer, { mailbox, parameters }) => {
    writeMailbox(writer.space(), mailbox);
    writeParametersIfAny(writer, 'SELECT', parameters);
  },
  explain: ({ mailbox }) => `The client opens the mailbox "${mailbox}".`,
};

export const examine: CommandSpec<ExamineCommand> = {
  name: 'EXAMINE',
  uidForm: false,
  syntax: 'EXAMINE mailbox [(parameter ...)]',
  source: 'RFC 9051 6.3.3',
  states: AUTHENTICATED,
  pipelining: 'mailbox',
  secret: false,
  parse: (reader) => ({ name: 'EXAMINE', ...readArguments(reader) }),
  encode: (writer, { mailbox, parameters }) => {
    writeMailbox(writer.space(), mailbox);
    writeParametersIfAny(writer, 'SELECT', parameters);
  },
  explain: ({ mailbox }) => `The client opens the mailbox "${mailbox}" to read only: nothing in it changes.`,
};

function readArguments(reader: ValueReader): { readonly mailbox: string; readonly parameters: SelectParameters } {
  reader.space();
  const mailbox = readMailbox(reader);
  return { mailbox, parameters: reader.skip(SP) ? readParameters(reader, 'SELECT') : noParameters(reader, 'SELECT') };
}
