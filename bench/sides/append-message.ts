/** A message that is appended. */

/** Exactly `octets` long, ASCII, CRLF. */
export function makeMessage(octets: number): string {
  const header = 'Date: Tue, 01 Jul 2025 10:00:00 +0000\r\nFrom: Sender <sender@client.example>\r\nTo: Recipient <recipient@server.example>\r\nSubject: appended\r\nMessage-ID: <1@client.example>\r\n\r\n';
  const line = `${'a line of the message '.repeat(3)}\r\n`;
  return `${header}${line.repeat(Math.ceil(octets / line.length)).slice(0, octets - header.length - 2)}\r\n`;
}
