/**
 * Yahoo: UIDONLY, PARTIAL and MESSAGELIMIT; the capabilities are in the greeting, and not in the answer to the login; the inbox is `Inbox`, with an attribute of its own; a
 * HIGHESTMODSEQ that belongs to no CONDSTORE. As seen in 2015 to 2024 (MailKit's issues 221 and 358, wildduck's 943).
 */
import { announceAs } from './announcement.ts';
import type { Personality } from './personality.ts';

const COMMON = 'IMAP4rev1 ID MOVE NAMESPACE UIDPLUS LITERAL+ CHILDREN ENABLE SPECIAL-USE LIST-EXTENDED LIST-STATUS OBJECTID PARTIAL UIDONLY MESSAGELIMIT=100000 XAPPLEPUSHSERVICE XYMHIGHESTMODSEQ APPENDLIMIT=41697280';

export const yahoo: Personality = {
  name: 'yahoo',
  capabilities: ['IMAP4rev1', 'ID', 'MOVE', 'NAMESPACE', 'UIDPLUS', 'LITERAL+', 'CHILDREN', 'ENABLE', 'SPECIAL-USE', 'LIST-EXTENDED', 'LIST-STATUS', 'OBJECTID', 'PARTIAL', 'UIDONLY', 'MESSAGELIMIT=100000', 'SASL-IR', 'APPENDLIMIT=41697280'],
  mechanisms: ['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER'],
  greeting: 'IMAP4rev1 imapgate-1.8.1_01.20166',
  id: { vendor: 'Yahoo! Inc.', name: 'Y!IMAP' },
  capabilityCodes: true,
  rewrite: announceAs({
    before: `${COMMON} SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER`,
    after: COMMON,
    change: (text, { points }) => {
      if (points.includes('LOGIN') || points.includes('AUTHENTICATE')) return text.replace(/^(\S+ OK) .*\r\n$/i, '$1 AUTHENTICATE completed - Mailbox size in bytes is 2624334830\r\n');
      if (points.includes('* LIST')) return text.replace(/^\* LIST \(([^)]*)\) "\/" "?INBOX"?/i, (_all, attributes: string) => `* LIST (${['\\Inbox', attributes].filter((part) => part !== '').join(' ')}) "/" "Inbox"`);
      if (points.includes('* OK')) return text.replace(/^(\* OK \[UIDNEXT \d+\].*\r\n)$/i, '$1* OK [HIGHESTMODSEQ 102784]\r\n');
      return text;
    },
  }),
};
