/** The server side of DNS over HTTPS (RFC 8484 section 4): POST with a message, GET with one in base64url. */
import type { createServer } from 'node:https';
import { MESSAGE_OCTETS } from './message.ts';
import type { Reply } from './dns-responder.ts';

const MEDIA_TYPE = 'application/dns-message';
const PATH = '/dns-query';

/** Node declares them in `node:http`, which nothing here opens sockets with. */
type RequestListener = NonNullable<Parameters<typeof createServer>[1]>;
type IncomingMessage = Parameters<RequestListener>[0];
type ServerResponse = Parameters<RequestListener>[1];

type Answer = (octets: Uint8Array, send: (reply: Reply) => void) => void;

/** A listener for an HTTP server that hands queries to `answer`. @rfc 8484 4.1 */
export function serveHttps(answer: Answer): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'https://localhost');
    if (url.pathname !== PATH) return refuse(response, 404);
    const inQuery = url.searchParams.get('dns');
    if (request.method === 'GET' && inQuery !== null) return serve(Buffer.from(inQuery, 'base64url'), response, answer);
    if (request.method !== 'POST') return refuse(response, 405);
    if (request.headers['content-type'] !== MEDIA_TYPE) return refuse(response, 415);
    collect(request, response, answer);
  };
}

function collect(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const parts: Buffer[] = [];
  let octets = 0;
  request.on('data', (part: Buffer) => {
    octets += part.length;
    if (octets > MESSAGE_OCTETS) request.destroy();
    else parts.push(part);
  });
  request.on('end', () => serve(Buffer.concat(parts), response, answer));
}

function serve(octets: Uint8Array, response: ServerResponse, answer: Answer): void {
  answer(octets, ({ messages, close }) => {
    const [message] = messages;
    if (message === undefined && close) response.destroy();
    if (message !== undefined) response.writeHead(200, { 'content-type': MEDIA_TYPE, 'content-length': message.length }).end(message);
  });
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
