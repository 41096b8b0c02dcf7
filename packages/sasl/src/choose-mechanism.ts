/**
 * Which mechanism a client takes of those that a server offers.
 */
import type { ChoiceErrorCode, Credentials, MechanismInfo, MechanismName } from './mechanism.ts';
import { MECHANISM_INFOS } from './mechanism-table.ts';

/** What limits the choice. */
export interface ChooseOptions {
  /** The connection is encrypted. */
  readonly secure: boolean;
  /** Take a mechanism that shows the secret on a connection that is not encrypted. Default false. */
  readonly allowClearText?: boolean | undefined;
  /** The caller has a channel binding for this connection. Default false. */
  readonly canBindChannel?: boolean | undefined;
  /** Only these may be taken. Default: all. */
  readonly allowed?: readonly MechanismName[] | undefined;
}

/** The mechanism to take, or why there is none. */
export type MechanismChoice =
  | { readonly ok: true; readonly name: MechanismName }
  | { readonly ok: false; readonly code: ChoiceErrorCode; readonly message: string };

/**
 * Picks the strongest mechanism that the server offers, the credentials fit and the connection permits. SCRAM comes before what shows
 * the password; PLAIN under TLS comes before CRAM-MD5, for which a server must keep passwords.
 *
 * Errors: `SASL_CLEAR_TEXT_REFUSED` when only the missing encryption stands in the way, else `SASL_NO_MECHANISM`.
 * @rfc 4422 6.1.2
 * @rfc 4954 4
 */
export function chooseMechanism(offered: readonly string[], credentials: Credentials, options: ChooseOptions): MechanismChoice {
  const names = new Set(offered.map((name) => name.toUpperCase()));
  const fitting = MECHANISM_INFOS.filter((info) => names.has(info.name) && isUsable(info, credentials, options));
  const clearTextAllowed = options.secure || options.allowClearText === true;
  const best = fitting.find((info) => clearTextAllowed || !info.clearText);
  if (best !== undefined) return { ok: true, name: best.name };
  if (fitting.length > 0) {
    const message = `on a connection without TLS the server offers nothing that keeps the secret: ${fitting.map((info) => info.name).join(' ')}`;
    return { ok: false, code: 'SASL_CLEAR_TEXT_REFUSED', message };
  }
  return { ok: false, code: 'SASL_NO_MECHANISM', message: 'the server offers no mechanism that fits the credentials' };
}

function isUsable(info: MechanismInfo, credentials: Credentials, options: ChooseOptions): boolean {
  if (!(info.uses in credentials)) return false;
  if (info.bindsChannel && options.canBindChannel !== true) return false;
  if (options.allowed !== undefined && !options.allowed.includes(info.name)) return false;
  const actsAsOther = 'authorizationId' in credentials && credentials.authorizationId !== undefined;
  return !(actsAsOther && (info.name === 'LOGIN' || info.name === 'CRAM-MD5'));
}
