/**
 * What the three digits of a reply say: in general, and in answer to one command where that is more.
 *
 * @rfc 5321 4.2.1
 * @rfc 5321 4.2.3
 * @rfc 5321 4.3.2
 */

/** What a code says, and where that stands. */
export interface CodeMeaning {
  readonly meaning: string;
  readonly source: string;
}

const say = (meaning: string, source: string): CodeMeaning => ({ meaning, source });

/** By the first digit: for codes that stand in neither table. */
const CLASSES: Readonly<Record<string, CodeMeaning>> = {
  2: say('Yes: done.', 'RFC 5321 4.2.1'),
  3: say('Go on: the server waits for more.', 'RFC 5321 4.2.1'),
  4: say('Not now: the same may work later.', 'RFC 5321 4.2.1'),
  5: say('No: trying the same again will not help.', 'RFC 5321 4.2.1'),
};

const CODES: ReadonlyMap<number, CodeMeaning> = new Map([
  [211, say('The state of the system, or help.', 'RFC 5321 4.2.3')],
  [214, say('Help, for a person to read.', 'RFC 5321 4.2.3')],
  [220, say('The server is ready.', 'RFC 5321 4.2.3')],
  [221, say('Goodbye: the server closes the connection.', 'RFC 5321 4.2.3')],
  [235, say('The login succeeded.', 'RFC 4954 6')],
  [250, say('Yes: done.', 'RFC 5321 4.2.3')],
  [251, say('Not a user here, but the server forwards the message.', 'RFC 5321 4.2.3')],
  [252, say('The server does not say whether the user exists, but would take the message and try.', 'RFC 5321 4.2.3')],
  [334, say('The server waits for the next line of the login; what it says is base64.', 'RFC 4954 4')],
  [354, say('Go ahead: the text of the message, ended by a line that is a single dot.', 'RFC 5321 4.2.3')],
  [421, say('The server gives up the connection and closes it; later it may work again.', 'RFC 5321 4.2.3')],
  [432, say('The user must change to another way of storing the password first.', 'RFC 4954 6')],
  [450, say('Not now: the mailbox is not available, being busy or held back by policy.', 'RFC 5321 4.2.3')],
  [451, say('Not now: the server had an error of its own.', 'RFC 5321 4.2.3')],
  [452, say('Not now: the server lacks space, or takes no more of this in one go.', 'RFC 5321 4.2.3')],
  [454, say('Not now: TLS, or the login, does not work for the moment.', 'RFC 3207 4')],
  [455, say('Not now: the server can not use these parameters for the moment.', 'RFC 5321 4.2.3')],
  [500, say('The server does not know the command, or could not read the line.', 'RFC 5321 4.2.3')],
  [501, say('The command is known, but its argument is not right.', 'RFC 5321 4.2.3')],
  [502, say('The command is known, but this server does not have it.', 'RFC 5321 4.2.3')],
  [503, say('The command came at the wrong time: something else must come first.', 'RFC 5321 4.2.3')],
  [504, say('The server does not have what the argument asks for.', 'RFC 5321 4.2.3')],
  [521, say('This host takes no mail at all.', 'RFC 7504 3')],
  [530, say('First something else is needed: a login, or TLS.', 'RFC 4954 6')],
  [534, say('The mechanism is too weak for this user.', 'RFC 4954 6')],
  [535, say('The login failed: wrong user name or password.', 'RFC 4954 6')],
  [538, say('This mechanism may be used only inside TLS.', 'RFC 4954 6')],
  [550, say('No: there is no such mailbox, or policy forbids it.', 'RFC 5321 4.2.3')],
  [551, say('Not a user here; the text may say where to send instead.', 'RFC 5321 4.2.3')],
  [552, say('No: the message is larger than allowed.', 'RFC 5321 4.2.3')],
  [553, say('No: the address is not one that can be used here.', 'RFC 5321 4.2.3')],
  [554, say('No: the transaction failed, or there is no mail service here.', 'RFC 5321 4.2.3')],
  [555, say('The server does not know a parameter of MAIL or RCPT.', 'RFC 5321 4.2.3')],
  [556, say('The domain of the recipient takes no mail.', 'RFC 7504 4')],
]);

/** By what is answered (a verb, `greeting`, `message` for the end of the text) and the code. */
const ANSWERS: ReadonlyMap<string, CodeMeaning> = new Map([
  ['greeting 220', say('The server greets: it gives its name and is ready.', 'RFC 5321 3.1')],
  ['greeting 421', say('The server takes no connection for now.', 'RFC 5321 3.1')],
  ['greeting 521', say('This host takes no mail at all; the client may only say QUIT.', 'RFC 7504 3')],
  ['greeting 554', say('The server does not want this client; it may only say QUIT.', 'RFC 5321 3.1')],
  ['EHLO 250', say('The server greets back; each further line is something that it can do.', 'RFC 5321 4.1.1.1')],
  ['HELO 250', say('The server greets back.', 'RFC 5321 4.1.1.1')],
  ['MAIL 250', say('The sender is accepted: now the recipients.', 'RFC 5321 3.3')],
  ['MAIL 552', say('The message would be larger than the server takes.', 'RFC 1870 6.1')],
  ['RCPT 250', say('This recipient is accepted.', 'RFC 5321 3.3')],
  ['RCPT 452', say('Too many recipients for one transaction: the rest must go in another.', 'RFC 5321 4.5.3.1.10')],
  ['RCPT 550', say('This recipient is refused: no such mailbox, or policy forbids it. The others are not touched by it.', 'RFC 5321 3.3')],
  ['message 250', say('The message is accepted. From here on the server is responsible for it.', 'RFC 5321 4.2.5')],
  ['message 554', say('The message is refused; the client remains responsible for it.', 'RFC 5321 4.2.5')],
  ['message 552', say('The message is larger than allowed and is refused.', 'RFC 5321 4.2.3')],
  ['BDAT 250', say('The chunk is taken.', 'RFC 3030 2')],
  ['RSET 250', say('Forgotten: a new message may begin.', 'RFC 5321 4.1.1.5')],
  ['NOOP 250', say('Yes, the server is still there.', 'RFC 5321 4.1.1.9')],
  ['VRFY 250', say('Yes, that is a mailbox here.', 'RFC 5321 4.1.1.6')],
  ['EXPN 250', say('The members of the list.', 'RFC 5321 4.1.1.7')],
  ['STARTTLS 220', say('Go ahead with the TLS handshake: nothing more is said in clear text.', 'RFC 3207 4')],
  ['AUTH 501', say('The login was cancelled, or its line could not be read.', 'RFC 4954 4')],
  ['AUTH 504', say('The server does not have this mechanism.', 'RFC 4954 4')],
]);

/**
 * What `code` says in answer to `answers`: a verb, `greeting`, `message`, or `undefined` where it is not known.
 * @rfc 5321 4.3.2
 */
export function explainReplyCode(code: number, answers: string | undefined): CodeMeaning {
  return ANSWERS.get(`${answers ?? ''} ${code}`) ?? CODES.get(code) ?? CLASSES[String(code)[0]!] ?? say('Not a reply code.', 'RFC 5321 4.2');
}
