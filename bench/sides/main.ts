/**
 * The entry of a measured process: `node main.js SIDE`. It loads its one side, answers the requests of `protocol.ts`, and
 * ends when the runner does. It runs the compiled files, as users do: a loader that compiles on the fly wraps closures.
 */
import { measure } from './load.ts';
import { holdSessions } from './idle-client.ts';
import type { ClientSide } from './load.ts';
import { measureWork } from './work.ts';
import type { WorkSide } from './work.ts';
import type { Answer, Answers, Request, RunningServer, ServerSide } from './protocol.ts';

const CLIENTS: Record<string, () => Promise<ClientSide>> = {
  'bare-pipelined': async () => (await import('./bare-client.ts')).BarePipelined,
  'bare-lockstep': async () => (await import('./bare-client.ts')).BareLockstep,
  'bare-window': async () => (await import('./bare-client.ts')).BareWindow,
  'bare-window-blocks': async () => (await import('./bare-client.ts')).BareWindowBlocks,
  'bare-starttls': async () => (await import('./bare-starttls.ts')).BareStartTls,
  'bare-starttls-resumed': async () => (await import('./bare-starttls.ts')).BareStartTlsResumed,
  'ours-pool': async () => (await import('../ours.ts')).OurPool,
  'ours-window': async () => (await import('../ours.ts')).OurWindow,
  'ours-starttls': async () => (await import('../ours.ts')).OurStartTls,
  'nodemailer-pool': async () => (await import('./peer-nodemailer.ts')).NodemailerPool,
  'nodemailer-starttls': async () => (await import('./peer-nodemailer.ts')).NodemailerStartTls,
};

const SERVERS: Record<string, () => Promise<ServerSide>> = {
  'bare-responder': async () => (await import('./bare-responder.ts')).serveBareResponder,
  'bare-sink': async () => (await import('./bare-sink.ts')).serveBareSink,
  'bare-idle': async () => (await import('./bare-idle.ts')).serveBareIdle,
  'ours-server': async () => (await import('../ours.ts')).serveOurs,
  'smtp-server': async () => (await import('./peer-smtp-server.ts')).servePeerSmtpServer,
  'bare-dns': async () => (await import('./bare-dns.ts')).serveBareDns,
  'ours-imap-server': async () => (await import('../ours-imap-server.ts')).serveImap,
};

const WORKS: Record<string, () => Promise<WorkSide>> = {
  'ours-mime-texts': async () => (await import('../ours-mime.ts')).parseTexts,
  'ours-mime-streamed': async () => (await import('../ours-mime.ts')).parseStreamed,
  'ours-mime-index': async () => (await import('../ours-mime.ts')).indexOffsets,
  'ours-mime-build': async () => (await import('../ours-mime.ts')).build,
  'ours-mime-addresses': async () => (await import('../ours-mime.ts')).parseAddresses,
  'bare-mime-lines': async () => (await import('./mime-limits.ts')).lineScan,
  'bare-mime-decode': async () => (await import('./mime-limits.ts')).scanAndDecode,
  'bare-mime-text': async () => (await import('./mime-limits.ts')).scanAndDecodeText,
  'bare-mime-base64': async () => (await import('./mime-limits.ts')).scanAndDecodeBase64,
  'bare-mime-template': async () => (await import('./mime-limits.ts')).templateString,
  'bare-mime-wrap': async () => (await import('./mime-limits.ts')).wrappedBase64,
  'bare-mime-split': async () => (await import('./mime-limits.ts')).splitAddresses,
  'postal-mime': async () => (await import('./mime-peers.ts')).postalMimeParse,
  'postal-mime-file': async () => (await import('./mime-peers.ts')).postalMimeParseFile,
  mailparser: async () => (await import('./mime-peers.ts')).mailparserParse,
  'mailparser-stream': async () => (await import('./mime-peers.ts')).mailparserStream,
  letterparser: async () => (await import('./mime-peers.ts')).letterparserParse,
  'nodemailer-build': async () => (await import('./mime-peers.ts')).nodemailerBuild,
  mimetext: async () => (await import('./mime-peers.ts')).mimetextBuild,
  'nodemailer-addresses': async () => (await import('./mime-peers.ts')).nodemailerAddresses,
  'ours-dkim-sign': async () => (await import('../ours-auth.ts')).dkimSign,
  'ours-dkim-sign-awaited': async () => (await import('../ours-auth.ts')).dkimSignAwaited,
  'ours-dkim-sign-parallel': async () => (await import('../ours-auth.ts')).dkimSignParallel,
  'ours-dkim-verify': async () => (await import('../ours-auth.ts')).dkimVerify,
  'ours-dkim-verify-uncached': async () => (await import('../ours-auth.ts')).dkimVerifyUncached,
  'ours-spf-check': async () => (await import('../ours-auth.ts')).spfCheck,
  'ours-spf-check-from-cache': async () => (await import('../ours-auth.ts')).spfCheckFromCache,
  'ours-spf-answers': async () => (await import('../ours-auth.ts')).spfAnswers,
  'ours-dmarc-check': async () => (await import('../ours-auth.ts')).dmarcCheck,
  'ours-dns-query': async () => (await import('../ours-auth.ts')).dnsQuery,
  'ours-authenticate': async () => (await import('../ours-auth.ts')).authenticateStreamed,
  'ours-authenticate-spf': async () => (await import('../ours-auth.ts')).authenticateSpf,
  'ours-authenticate-headers': async () => (await import('../ours-auth.ts')).authenticateHeaders,
  'ours-authenticate-iprev': async () => (await import('../ours-auth.ts')).authenticateIprev,
  'bare-imap-envelopes': async () => (await import('./imap-limits.ts')).bareFetchEnvelopes,
  'bare-imap-bodies': async () => (await import('./imap-limits.ts')).bareFetchBodies,
  'bare-imap-large': async () => (await import('./imap-limits.ts')).bareFetchLarge,
  'bare-imap-append': async () => (await import('./imap-limits.ts')).bareAppend,
  'imapflow-envelopes': async () => (await import('./imap-peers.ts')).imapflowEnvelopes,
  'imapflow-bodies': async () => (await import('./imap-peers.ts')).imapflowBodies,
  'imapflow-large': async () => (await import('./imap-peers.ts')).imapflowLarge,
  'imapflow-download': async () => (await import('./imap-peers.ts')).imapflowDownload,
  'node-imap-envelopes': async () => (await import('./imap-peers.ts')).nodeImapEnvelopes,
  'node-imap-bodies': async () => (await import('./imap-peers.ts')).nodeImapBodies,
  'node-imap-large': async () => (await import('./imap-peers.ts')).nodeImapLarge,
  'ours-imap-envelopes': async () => (await import('../ours-imap.ts')).fetchEnvelopes,
  'ours-imap-bodies': async () => (await import('../ours-imap.ts')).fetchBodies,
  'ours-imap-large': async () => (await import('../ours-imap.ts')).fetchLarge,
  'ours-imap-large-kept': async () => (await import('../ours-imap.ts')).fetchLargeKept,
  'ours-imap-pair': async () => (await import('../ours-imap-pair.ts')).memoryPair,
  'bare-sign': async () => (await import('./auth-limits.ts')).bareSign,
  'bare-sign-parallel': async () => (await import('./auth-limits.ts')).bareSignInPool,
  'bare-verify': async () => (await import('./auth-limits.ts')).bareVerify,
  'bare-verify-import': async () => (await import('./auth-limits.ts')).bareVerifyWithImport,
  'bare-answers': async () => (await import('./auth-limits.ts')).awaitedAnswers,
  'bare-memory': async () => (await import('./auth-limits.ts')).awaitedMemory,
  'bare-packets': async () => (await import('./bare-dns.ts')).barePackets,
  'nodemailer-dkim': async () => (await import('./auth-peers.ts')).nodemailerSign,
  'mailauth-dkim-sign': async () => (await import('./auth-peers.ts')).mailauthSign,
  'mailauth-dkim-verify': async () => (await import('./auth-peers.ts')).mailauthVerify,
  'mailauth-spf': async () => (await import('./auth-peers.ts')).mailauthSpf,
  'mailauth-dmarc': async () => (await import('./auth-peers.ts')).mailauthDmarc,
  'mailauth-authenticate': async () => (await import('./auth-peers.ts')).mailauthAuthenticate,
  'node-dns-query': async () => (await import('./auth-peers.ts')).nodeDnsQuery,
};

const side = process.argv[2] ?? '';
let server: RunningServer | undefined;

/** Loaded by the first request and not before, so that `memory` can be asked of a process with nothing in it. */
async function answer(request: Request): Promise<Answers[keyof Answers]> {
  switch (request.type) {
    case 'serve':
      server = await (await SERVERS[side]!())(request.options);
      return server.port;
    case 'run': {
      const Client = await CLIENTS[side]!();
      return await measure(new Client(request.options), request.options);
    }
    case 'work':
      return await measureWork(await WORKS[side]!(), request.options);
    case 'hold':
      return await holdSessions(request.port, request.connections);
    case 'usage': {
      const used = process.cpuUsage();
      return { messages: server?.messages ?? 0, octets: server?.octets ?? 0, cpuMicroseconds: used.user + used.system };
    }
    case 'memory':
      return await memory();
  }
}

/** After several full collections, with pauses in which the engine gives pages back. */
async function memory(): Promise<Answers['memory']> {
  for (let round = 0; round < 5; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const used = process.memoryUsage();
  return { rssOctets: used.rss, heapOctets: used.heapUsed };
}

const explain = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

process.on('message', (request: Request) => {
  const send = (reply: Answer): void => void process.send?.(reply);
  answer(request).then(
    (value) => send({ ok: true, value }),
    (error: unknown) => send({ ok: false, error: explain(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
