export type { SmtpServerErrorCode } from './errors.ts';
export { SmtpServerError } from './errors.ts';
export type {
  Answer, AuthAnswer, AuthRequest, IncomingMessage, MailRequest, MessageBody, RcptRequest, SessionEnd, SmtpServerHandlers, SmtpSession,
} from './handlers.ts';
export type { SmtpServerLimits, SmtpServerOptions, SmtpServerTimeouts, Tarpit } from './options.ts';
export type { CloseCounts, SmtpListenOptions, SmtpServer } from './server.ts';
export { createSmtpServer } from './server.ts';
