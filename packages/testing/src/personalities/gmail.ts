/**
 * Gmail: labels and ids of X-GM-EXT-1, no QRESYNC, no SORT; CAPABILITY comes unasked with the login; a part whose boundary is that of the multipart
 * around it is described as if it were no multipart. As seen in 2013 to 2024 (MailKit's transcripts and its issue 1841).
 */
import { announceAs } from './announcement.ts';
import { type BodyNode, changeBodyStructures, isMultipart, parameterOf } from './body-text.ts';
import type { Personality } from './personality.ts';

const AFTER = 'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584';

/** Texts of the answers, by what was answered. */
const TEXTS: Readonly<Record<string, string>> = { LOGIN: 'authenticated (Success)', AUTHENTICATE: 'authenticated (Success)', CAPABILITY: 'Thats all she wrote! n55mb83651539qtb', LOGOUT: '73 good day (Success)' };

export const gmail: Personality = {
  name: 'gmail',
  capabilities: ['IMAP4rev1', 'UNSELECT', 'IDLE', 'NAMESPACE', 'QUOTA', 'ID', 'CHILDREN', 'X-GM-EXT-1', 'UIDPLUS', 'COMPRESS=DEFLATE', 'ENABLE', 'MOVE', 'CONDSTORE', 'ESEARCH', 'UTF8=ACCEPT', 'LIST-EXTENDED', 'LIST-STATUS', 'LITERAL-', 'SPECIAL-USE', 'SASL-IR', 'APPENDLIMIT=35651584'],
  mechanisms: ['XOAUTH2', 'PLAIN', 'OAUTHBEARER'],
  greeting: 'Gimap ready for requests from 127.0.0.1 i9if7359725qay.199',
  id: { name: 'GImap', vendor: 'Google, Inc.', 'support-url': 'http://support.google.com/mail', version: 'gmail_imap_240000.00_p0' },
  capabilityCodes: false,
  rewrite: announceAs({
    before: 'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER',
    after: AFTER,
    unasked: true,
    change: (text, { points }) => {
      const name = points.find((point) => Object.hasOwn(TEXTS, point));
      if (name !== undefined) return text.replace(/ OK ((?:\[[^\]]*\] )?).*\r\n$/, ` OK $1${TEXTS[name]}\r\n`);
      return points.includes('* FETCH') ? changeBodyStructures(text, (body) => flatten(body, undefined)) : text;
    },
  }),
};

/** A multipart with the boundary of the one around it, as a part without parts. */
function flatten(body: readonly BodyNode[], outer: string | undefined): BodyNode {
  if (!isMultipart(body)) return body;
  const parts = body.filter((item): item is readonly BodyNode[] => typeof item === 'object').slice(0, body.findIndex((item) => typeof item === 'string'));
  const rest = body.slice(parts.length);
  const boundary = parameterOf(rest[1], 'boundary');
  if (outer !== undefined && boundary === outer) return ['"MULTIPART"', rest[0]!, rest[1]!, 'NIL', 'NIL', '"7BIT"', '400', rest[1]!, 'NIL', 'NIL', 'NIL'];
  return [...parts.map((part) => flatten(part, boundary)), ...rest];
}
