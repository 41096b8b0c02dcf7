/**
 * URLs of messages and their parts, as CATENATE and URLAUTH have them:
 *
 *     imap-url   = ["imap://" [user "@"] host [":" port]] ["/" mailbox] [";UIDVALIDITY=" number] "/;UID=" number
 *                  ["/;SECTION=" section] ["/;PARTIAL=" number ["." number]] [";EXPIRE=" date] [";URLAUTH=" access [":" mechanism ":" token]]
 *
 * Left out: searches, `;AUTH=`, and relative paths other than those from the root or of a message in the selected mailbox.
 *
 * @rfc 5092 11
 * @rfc 4467 9
 */
import { type BadUrlCode, parseSection, type Partial, type Section } from '@mailwright/imap';

export interface ImapUrl {
  readonly user: string | undefined;
  readonly host: string | undefined;
  /** `undefined`: the selected one. */
  readonly mailbox: string | undefined;
  readonly uidValidity: number | undefined;
  readonly uid: number;
  readonly section: Section;
  readonly partial: Partial | undefined;
  /** Milliseconds since 1970. */
  readonly expires: number | undefined;
  /** Who may use it: `anonymous`, `authuser`, `user+...`, `submit+...`. */
  readonly access: string | undefined;
  readonly mechanism: string | undefined;
  readonly token: string | undefined;
  /** The URL up to its access, which is what is signed. */
  readonly rump: string;
}

const URL = new RegExp(
  String.raw`^(?:imap://(?:([^/@;]*)(?:;AUTH=[^/@]*)?@)?([^/@:]*)(?::\d+)?(?=/))?` + // server
    String.raw`(?:/?([^;]*?))?(?:;UIDVALIDITY=(\d{1,10}))?` + // mailbox
    String.raw`/?;UID=(\d{1,10})(?:/?;SECTION=([^;]*?))?(?:/?;PARTIAL=(\d{1,10})(?:\.(\d{1,10}))?)?` +
    String.raw`(?:;EXPIRE=([^;]*))?(?:;URLAUTH=([^:;]*)(?::([^:;]*):([0-9a-f]+))?)?$`,
  'i',
);
const WHOLE: Section = { part: [], text: undefined };
const URL_CHARACTERS = 4096;

/** `undefined` for what is no such URL. */
export function parseImapUrl(url: string): ImapUrl | undefined {
  const match = url.length > URL_CHARACTERS ? null : URL.exec(url);
  if (match === null) return undefined;
  const [, user, host, path, uidValidity, uid, sectionText, origin, octetCount, expire, access, mechanism, token] = match as (string | undefined)[];
  const section = sectionText === undefined || sectionText === '' ? WHOLE : parseSection((unescape(sectionText) ?? '').toUpperCase());
  const mailbox = path === undefined || path === '' ? undefined : unescape(path.replace(/\/$/, ''));
  const expires = expire === undefined ? undefined : Date.parse(expire);
  if (section === undefined || (path !== undefined && path !== '' && mailbox === undefined) || Number.isNaN(expires)) return undefined;
  return {
    user: user === undefined ? undefined : unescape(user), host, mailbox, uidValidity: uidValidity === undefined ? undefined : Number(uidValidity), uid: Number(uid), section,
    partial: origin === undefined ? undefined : { origin: Number(origin), octetCount: octetCount === undefined ? 0xffff_ffff : Number(octetCount) },
    expires, access: access === undefined ? undefined : unescape(access), mechanism, token,
    rump: token === undefined ? url : url.slice(0, url.length - token.length - (mechanism ?? '').length - 2),
  };
}

/** Whether the URL is of this server, as far as it knows its name. */
export function isOfServer({ host }: ImapUrl, hostname: string | undefined): boolean {
  return host === undefined || hostname === undefined || host.toLowerCase() === hostname.toLowerCase();
}

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** BADURL with a URL as a client wrote it: what can't stand in a response code is percent-encoded. No code for an empty one. @rfc 4469 4 */
export function badUrlCode(url: string): BadUrlCode | undefined {
  return url === '' ? undefined : { name: 'BADURL', url: url.replace(/[^!-\\^-~]+/g, encodeURIComponent) };
}
