/**
 * Exchange Online: few capabilities, and of those MOVE is announced behind the login only; every message is RECENT; no keywords; a disposition
 * without parameters is a string in place of a list. As seen in 2016 to 2024 (MailKit's transcripts and its issues 638, 777, 919).
 */
import { announceAs } from './announcement.ts';
import { changeBodyStructures, type BodyNode } from './body-text.ts';
import type { Personality } from './personality.ts';

const FLAGS = '\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent';

export const exchange: Personality = {
  name: 'exchange',
  capabilities: ['IMAP4rev1', 'SASL-IR', 'UIDPLUS', 'MOVE', 'ID', 'UNSELECT', 'CHILDREN', 'IDLE', 'NAMESPACE', 'LITERAL+'],
  mechanisms: ['PLAIN', 'XOAUTH2'],
  greeting: 'The Microsoft Exchange IMAP4 service is ready. [TQBXAEgAUABSADIAMQBDAEEAMAAwADYAMAAuAG4AYQBtAHAAcgBkADIAMQAuAHAAcgBvAGQALgBvAHUAdABsAG8AbwBrAC4AYwBvAG0A]',
  id: { name: 'Microsoft.Exchange.Imap4.Imap4Server', version: '15.20' },
  capabilityCodes: false,
  rewrite: announceAs({
    before: 'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+',
    after: 'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE CHILDREN IDLE NAMESPACE LITERAL+',
    change: (text, { points }) => {
      if (points.includes('* EXISTS')) return text.replace(/^\* (\d+) EXISTS\r\n$/i, '* $1 EXISTS\r\n* $1 RECENT\r\n');
      if (points.includes('* RECENT')) return '';
      if (points.includes('* FLAGS')) return `* FLAGS (${FLAGS})\r\n`;
      if (points.includes('* OK')) return text.replace(/\[PERMANENTFLAGS \([^)]*\)\]/i, (code) => (code.includes('()') ? code : `[PERMANENTFLAGS (${FLAGS})]`));
      return points.includes('* FETCH') ? changeBodyStructures(text, bareDispositions) : text;
    },
  }),
};

/** `("inline" NIL)` becomes `"inline"`. */
function bareDispositions(body: readonly BodyNode[]): BodyNode {
  return body.map((item) => {
    if (typeof item === 'string') return item;
    const [name, parameters] = item;
    return item.length === 2 && parameters === 'NIL' && typeof name === 'string' && /^"(?:inline|attachment)"$/i.test(name) ? name : bareDispositions(item);
  });
}
