/** Yandex: an empty part of a message has no value at all, not even an empty one. As seen in 2024 (MailKit's transcripts). */
import { announceAs } from './announcement.ts';
import type { Personality } from './personality.ts';

const WORDS = 'IMAP4rev1 CHILDREN UNSELECT LITERAL+ NAMESPACE XLIST UIDPLUS ENABLE ID AUTH=PLAIN AUTH=XOAUTH2 IDLE MOVE';

export const yandex: Personality = {
  name: 'yandex',
  capabilities: ['IMAP4rev1', 'CHILDREN', 'UNSELECT', 'LITERAL+', 'NAMESPACE', 'UIDPLUS', 'ENABLE', 'ID', 'IDLE', 'MOVE'],
  mechanisms: ['PLAIN', 'XOAUTH2'],
  greeting: 'Yandex IMAP4rev1 at mail-imap-production-171.sas.yp-c.yandex.net:993 ready to talk with ::ffff:127.0.0.1:50580, 2024-Feb-13 08:17:42, gHfsEJKZ3Gk0',
  id: { name: 'Yandex imap server' },
  capabilityCodes: false,
  rewrite: announceAs({ before: WORDS, after: WORDS, change: (text, { points }) => (points.includes('* FETCH') ? text.replace(/(BODY\[[^\]]+\]) (?:""|\{0\}\r\n)/g, '$1 ') : text) }),
};
