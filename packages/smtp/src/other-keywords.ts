/**
 * EHLO keywords, verbs and parameters that no registered extension brings, for `explain` alone: what they are and where they
 * are defined. When an extension of this list is built, its line here goes away.
 */

interface OtherKeyword {
  readonly meaning: string;
  readonly source: string;
}

const other = (meaning: string, source: string): OtherKeyword => ({ meaning, source });

const KEYWORDS: ReadonlyMap<string, OtherKeyword> = new Map([
  ['HELP', other('The server answers HELP.', 'RFC 5321 4.1.1.8')],
  ['VRFY', other('The server answers VRFY.', 'RFC 5321 4.1.1.6')],
  ['EXPN', other('The server answers EXPN.', 'RFC 5321 4.1.1.7')],
  ['ETRN', other('A host may ask for the mail that waits for it.', 'RFC 1985')],
  ['ATRN', other('A host with a changing address may fetch the mail that waits for it, on the same connection.', 'RFC 2645')],
  ['DELIVERBY', other('The client may say by when a message must be delivered.', 'RFC 2852')],
  ['BY', other('The message must be delivered by a certain time.', 'RFC 2852')],
  ['NO-SOLICITING', other('The server names kinds of advertising that it does not want.', 'RFC 3865')],
  ['MTRK', other('The client may ask that the way of the message can be tracked.', 'RFC 3885')],
  ['BURL', other('The message may be fetched from an IMAP server by its URL.', 'RFC 4468')],
  ['FUTURERELEASE', other('The client may ask that a message is held back until later.', 'RFC 4865')],
  ['HOLDFOR', other('The message shall be held back for some seconds.', 'RFC 4865')],
  ['HOLDUNTIL', other('The message shall be held back until a certain time.', 'RFC 4865')],
  ['MT-PRIORITY', other('The priority of a message may be told.', 'RFC 6710')],
  ['RRVS', other('The client may ask that a message goes only to the owner that the mailbox had at a certain time.', 'RFC 7293')],
  ['REQUIRETLS', other('A message may ask to travel by TLS all the way.', 'RFC 8689')],
  ['LIMITS', other('The server tells its limits: messages of a session, recipients of a message.', 'RFC 9422')],
  ['LHLO', other('The client greets in LMTP: the reply to the message will come once for each recipient.', 'RFC 2033 4.1')],
  ['XCLIENT', other('A proxy may tell the server who the client really is. Postfix defines it.', 'Postfix XCLIENT_README')],
  ['XFORWARD', other('A proxy may tell the server who the client was, for its log. Postfix defines it.', 'Postfix XFORWARD_README')],
]);

/** What is known of a keyword in upper case. */
export function findOtherKeyword(keyword: string): OtherKeyword | undefined {
  return KEYWORDS.get(keyword);
}
