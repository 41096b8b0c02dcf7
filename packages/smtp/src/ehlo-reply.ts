/**
 * The reply to EHLO: the server's name, then one line for each extension that is announced to this session.
 *
 *     ehlo-ok-rsp = ( "250" SP Domain [ SP ehlo-greet ] CRLF )
 *                 / ( "250-" Domain [ SP ehlo-greet ] CRLF *( "250-" ehlo-line CRLF ) "250" SP ehlo-line CRLF )
 *     ehlo-line   = ehlo-keyword *( SP ehlo-param )
 *
 * @rfc 5321 4.1.1.1
 */
import { extensions, hasExtension } from './registry.ts';
import { type Reply, reply } from './reply.ts';
import type { ServerSession } from './server-session.ts';

/** The reply to EHLO as things stand: with TLS active STARTTLS is gone, and more mechanisms may stand behind AUTH. */
export function ehloReply(session: ServerSession): Reply {
  const { options } = session;
  const lines = [options.hostname];
  for (const extension of extensions) {
    if (!hasExtension(extension, options)) continue;
    const parameters = extension.advertise(session);
    if (parameters === undefined) continue;
    lines.push(parameters === '' ? extension.keyword : `${extension.keyword} ${parameters}`);
  }
  return reply(250, undefined, ...lines);
}
