/** What a person can do about a failure, where the code tells. What is said here is about options of the command line; docs/errors.md says the rest. */

/** By the system's code, for what stands behind a failed dial. */
const SYSTEM_ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nobody listens there. Check host and port; "mailwright serve" starts a server to try things out.',
  ENOTFOUND: 'The host name does not exist. Check its spelling.',
  EAI_AGAIN: 'The name service does not answer. Check the network, or give an IP address.',
  ETIMEDOUT: 'The host does not answer. A firewall may drop the connection; many networks block port 25, try 587 or 465.',
  EHOSTUNREACH: 'There is no way to that host from here. Check the address and the network.',
  ENETUNREACH: 'There is no way to that network from here; for an IPv6 address, this machine may have no IPv6.',
  EADDRNOTAVAIL: 'The address of --source is not one of this machine.',
  EADDRINUSE: 'Another program listens there already. Choose another port; 0 takes a free one.',
  EACCES: 'Ports below 1024 need privileges. Choose a higher one: --port 2525.',
};

const ADVICE: Readonly<Record<string, string>> = {
  NET_LOOKUP_FAILED: 'Check the spelling of the host name, and the network.',
  NET_DIAL_TIMEOUT: 'The host does not answer. A firewall may drop the connection; many networks block port 25, try 587 or 465.',
  NET_TLS_NAME_MISMATCH: 'The certificate is for another name. Use a name that it has as --host; "--tls required" takes any certificate.',
  NET_TLS_UNTRUSTED: 'No authority that is trusted here vouches for the certificate. Give the authority with --ca FILE (a "mailwright serve" writes its own with --ca-out); "--tls required" takes any certificate.',
  NET_TLS_HANDSHAKE_FAILED: 'The two sides found no common ground for TLS. Is it the right port? 465 speaks TLS from the first octet (--implicit-tls), 25 and 587 by STARTTLS.',
  NO_GREETING: 'The server said nothing. Is it the right port? 465 speaks TLS from the first octet (--implicit-tls); some servers hang up on addresses that they do not like.',
  NET_TLS_TIMEOUT: 'The server did not go on with the handshake. Is it the right port? 465 speaks TLS from the first octet (--implicit-tls), 25 and 587 by STARTTLS.',
  SMTP_TLS_NOT_OFFERED: 'The server has no STARTTLS here. "--tls none" goes without, in clear text; port 465 with --implicit-tls may have TLS.',
  SMTP_AUTH_UNAVAILABLE: 'The server offers no login that fits, maybe not on this port or not before TLS. "mailwright explain --url" shows what it offers.',
  SMTP_AUTH_CLEAR_TEXT: 'Without TLS the password would be readable on the way. Let TLS be used (--tls), or say --allow-clear-text-auth.',
  SMTP_AUTH_REJECTED: 'Check user name and password. Some providers want a password made for the application, or a token.',
  SMTP_BARE_LF: 'The lines of the message end in LF, not in CRLF, as in files of Unix. --normalize-line-ends mends that; DKIM signatures stay valid only if they were made over CRLF.',
  SMTP_BARE_CR: 'Some line of the message ends in CR alone. --normalize-line-ends makes CRLF of it.',
  SMTP_NUL: 'The message has a NUL octet, which no mail text may have. Attachments need an encoding (base64).',
  SMTP_NEEDS_8BITMIME: 'The server takes 7-bit mail only. Encode the text as quoted-printable or base64.',
  SMTP_NEEDS_SMTPUTF8: 'The server takes ASCII addresses and headers only. Use another address, or encode the header (RFC 2047).',
  SMTP_NEEDS_DSN: 'The server knows no delivery status notifications. Leave --dsn-* out.',
  SMTP_TOO_LARGE: 'Make the message smaller, or send a link.',
  NO_SMTP: 'That is no SMTP server, it seems. SMTP is on port 587, 465 (--implicit-tls) or 25; IMAP and POP3 have others.',
  SMTP_GREETING_REFUSED: 'The server takes no mail from here at all. Its reply says why, if anything does.',
  IMAP_TLS_NOT_OFFERED: 'The server has no STARTTLS here. imaps:// is TLS from the first octet, port 993; "--tls none" goes without, in clear text.',
  IMAP_AUTH_UNAVAILABLE: 'The server offers no login that fits, maybe not before TLS. --trace shows what it offers.',
  IMAP_AUTH_CLEAR_TEXT: 'Without TLS the password would be readable on the way. Use imaps://, or say --allow-clear-text-auth.',
  IMAP_AUTH_REJECTED: 'Check user name and password. Some providers want a password made for the application, or a token.',
  IMAP_BAD_GREETING: 'That is no IMAP server, it seems. IMAP is on port 993 (imaps://) or 143 (imap://); SMTP and POP3 have others.',
  IMAP_PREAUTH_REFUSED: 'Somebody between may hide that there is TLS. Use imaps://.',
  IMAP_WRONG_STATE: 'Nobody has logged in, it seems. Name a user: imaps://user@host, and set $MAILWRIGHT_PASSWORD.',
  IMAP_NO_SUCH_MESSAGE: '"fetch --limit 0" shows which UIDs there are; --mailbox names another mailbox.',
  IMAP_NO_SUCH_BODY: 'The message has no such part. "mailwright inspect" shows the parts of a message that is in a file.',
  DKIM_BARE_LINE_END: 'Some line of the message ends in LF or CR alone, as in files of Unix. --normalize-line-ends makes CRLF of it.',
  DKIM_NO_FROM: 'A signature has to cover From. Is the file a message, header first?',
  DKIM_BAD_HEADER: 'Something in the header section is no field; programs would read it differently. "mailwright inspect" shows where.',
  SMTP_TIMEOUT: 'The server was too slow or is stuck. Trying again later may help.',
};

const RIGHT_PORT = 'Is it the right port? 993 speaks TLS from the first octet (imaps://), 143 by STARTTLS (imap://).';

/** Where IMAP has other ports, other URLs and other options than SMTP. */
const IMAP_ADVICE: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'The host does not answer. A firewall may drop the connection. IMAP is on port 993, or 143.',
  NET_DIAL_TIMEOUT: 'The host does not answer. A firewall may drop the connection. IMAP is on port 993, or 143.',
  NET_TLS_NAME_MISMATCH: 'The certificate is for another name. Use a name that it has in the URL; "--tls required" takes any certificate.',
  NET_TLS_HANDSHAKE_FAILED: `The two sides found no common ground for TLS. ${RIGHT_PORT}`,
  NET_TLS_TIMEOUT: `The server did not go on with the handshake. ${RIGHT_PORT}`,
  NO_GREETING: `The server said nothing. ${RIGHT_PORT}`,
};

/** What to do about `code` when an IMAP server is talked to; `cause` may know more. */
export function adviceForImap(code: string | undefined, cause: unknown): string | undefined {
  const system: unknown = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  for (const name of [system, code]) if (typeof name === 'string' && Object.hasOwn(IMAP_ADVICE, name)) return IMAP_ADVICE[name];
  return adviceFor(code, cause);
}

/** What to do about `code`; `cause` may know more. */
export function adviceFor(code: string | undefined, cause: unknown): string | undefined {
  const system: unknown = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  if (typeof system === 'string' && Object.hasOwn(SYSTEM_ADVICE, system)) return SYSTEM_ADVICE[system];
  return code !== undefined && Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
}
