/**
 * What speaks against a well-formed command: the options, the state, its parameters, other extensions, and last the command's
 * own check. In this order, so that the most general reason is the one that is told.
 *
 * @rfc 5321 4.1.4
 */
import type { Command } from './command.ts';
import type { AnyCommandSpec, Objections } from './extension.ts';
import type { AnyParameters } from './parameters.ts';
import { extensionOfParameter, extensions, hasCommand, hasExtension, parameterTables } from './registry.ts';
import { type Reply, reply } from './reply.ts';
import type { ServerSession } from './server-session.ts';
import { refuseSequence } from './server-state.ts';
import type { ServerTransaction } from './server-transaction.ts';

const NOT_OFFERED = reply(502, '5.5.1', 'Command not implemented');
const TLS_FIRST = reply(530, '5.7.0', 'Must issue a STARTTLS command first');

type Objection = (command: never, session: ServerSession, transaction: ServerTransaction | undefined) => Reply | undefined;

/** By verb: what the extensions say against commands that are not their own. */
const objections: ReadonlyMap<string, readonly Objection[]> = new Map(
  (['MAIL', 'RCPT', 'DATA'] satisfies (keyof Objections)[]).map((verb) => [
    verb,
    extensions.flatMap((extension) => (extension.objections[verb] === undefined ? [] : [extension.objections[verb] as Objection])),
  ]),
);

/**
 * Whether the server takes `command` as things stand.
 *
 * Shape: a reply refuses it, `undefined` lets it pass to the driver.
 * @rfc 5321 4.1.4
 * @rfc 3207 4
 */
export function checkCommand(spec: AnyCommandSpec, command: Command, session: ServerSession, transaction: ServerTransaction | undefined): Reply | undefined {
  const { options } = session;
  if (!hasCommand(spec.verb, options)) return NOT_OFFERED;
  if (options.requireTls && !session.secure && !spec.beforeTls) return TLS_FIRST;
  return (
    refuseSequence(spec, session.state) ??
    checkParameters(command, session) ??
    object(command, session, transaction) ??
    spec.check(command, session, transaction)
  );
}

function object(command: Command, session: ServerSession, transaction: ServerTransaction | undefined): Reply | undefined {
  const list = objections.get(command.verb);
  if (list === undefined) return undefined;
  for (const objection of list) {
    const refused = objection(command as never, session, transaction);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/**
 * Each parameter that was given: known to the server, offered, announced by an EHLO, and right for the session.
 * @rfc 5321 4.1.1.11
 */
function checkParameters(command: Command, session: ServerSession): Reply | undefined {
  const table = parameterTables.get(command.verb);
  if (table === undefined) return undefined;
  const { parameters } = command as Command & { readonly parameters: AnyParameters & Readonly<Record<string, unknown>> };
  if (parameters === table.none) return undefined;
  const [unknown] = parameters.unknown;
  if (unknown !== undefined) return refuseParameter(unknown.keyword.toUpperCase());
  for (const spec of table.specs) {
    const value = parameters[spec.keyword];
    if (value === undefined) continue;
    const extension = extensionOfParameter(spec);
    if (!session.extended || extension === undefined || !hasExtension(extension, session.options)) return refuseParameter(spec.keyword);
    const refused = spec.check(value, session);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refuseParameter(keyword: string): Reply {
  return reply(555, '5.5.4', `Parameter ${keyword.slice(0, 64)} not recognized or not implemented`);
}
