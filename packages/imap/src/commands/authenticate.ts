/**
 * AUTHENTICATE: who the client is, by a SASL mechanism. What follows is the mechanism's own exchange: base64 lines in both directions.
 *
 *     authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]
 *     initial-resp = base64 / "="
 *
 * @rfc 9051 6.2.2
 * @rfc 4959 3
 */
import { decodeBase64, encodeBase64, EQUALS, SP } from '@mailwright/wire';
import type { CommandSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import { NOT_AUTHENTICATED } from './states.ts';

export interface AuthenticateCommand {
  readonly name: 'AUTHENTICATE';
  /** In upper case. */
  readonly mechanism: string;
  /** What the mechanism says first, decoded; undefined where it waits for the server (or the server lacks SASL-IR). */
  readonly initialResponse: Uint8Array | undefined;
}

export const authenticate: CommandSpec<AuthenticateCommand> = {
  name: 'AUTHENTICATE',
  uidForm: false,
  syntax: 'AUTHENTICATE mechanism [initial-response]',
  source: 'RFC 9051 6.2.2',
  states: NOT_AUTHENTICATED,
  pipelining: 'alone',
  secret: true,
  parse(reader) {
    reader.space();
    const mechanism = reader.keyword();
    return { name: 'AUTHENTICATE', mechanism, initialResponse: reader.skip(SP) ? readInitialResponse(reader) : undefined };
  },
  encode(writer, { mechanism, initialResponse }) {
    writer.space().atom(mechanism.toUpperCase());
    if (initialResponse !== undefined) writer.raw(initialResponse.length === 0 ? ' =' : ` ${encodeBase64(initialResponse)}`);
  },
  explain: ({ mechanism, initialResponse }) =>
    `The client wants to log in with ${mechanism}${initialResponse === undefined ? '' : ' and says at once what the mechanism says first'}.`,
};

function readInitialResponse(reader: ValueReader): Uint8Array {
  const from = reader.at;
  if (reader.skip(EQUALS)) {
    reader.finish();
    return new Uint8Array(0);
  }
  const decoded = decodeBase64(reader.rest());
  if (decoded !== undefined) return decoded;
  reader.fail('base64', from);
  return new Uint8Array(0);
}
