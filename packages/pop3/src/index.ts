// Values
export type { Command, CommandFor, Verb } from './registry.ts';
export type { ApopCommand } from './commands/apop.ts';
export type { CapaCommand } from './commands/capa.ts';
export type { DeleCommand } from './commands/dele.ts';
export type { ListCommand } from './commands/list.ts';
export type { NoopCommand } from './commands/noop.ts';
export type { QuitCommand } from './commands/quit.ts';
export type { RetrCommand } from './commands/retr.ts';
export type { RsetCommand } from './commands/rset.ts';
export type { StatCommand } from './commands/stat.ts';
export type { LangCommand } from './extensions/lang.ts';
export type { AuthCommand } from './extensions/sasl.ts';
export type { StlsCommand } from './extensions/stls.ts';
export type { TopCommand } from './extensions/top.ts';
export type { UidlCommand } from './extensions/uidl.ts';
export type { PassCommand, UserCommand } from './extensions/user.ts';
export type { Utf8Capability, Utf8Command } from './extensions/utf8.ts';
export type { Expire } from './extensions/expire.ts';
export type { LoginDelay } from './extensions/login-delay.ts';
export type { Response, ResponseEncoding } from './response.ts';
export { err, ok, response, RESPONSE_CODES } from './response.ts';
export type { DropListing, LanguageListing, ScanListing, UidListing } from './listings.ts';
export type { Capabilities, UnknownCapability } from './capabilities.ts';
export { NO_CAPABILITIES, parseCapabilities } from './capabilities.ts';
// Codecs
export type { CommandParsed } from './command.ts';
export { encodeCommand, parseCommand } from './command.ts';
export { encodeResponse, parseResponse } from './response.ts';
export {
  encodeDropListing, encodeLanguageListing, encodeScanListing, encodeUidListing, isLanguageTag, isUid, parseDropListing, parseLanguageListing, parseScanListing, parseUidListing,
} from './listings.ts';
export { apopDigestInput, apopTimestamp } from './commands/apop.ts';
export { MAX_AUTH_LINE_OCTETS } from './extensions/sasl.ts';
export type { LineEnds } from './text-reader.ts';
export { TextReader } from './text-reader.ts';
export type { StoredLineEnds } from './text-stuffer.ts';
export { TextStuffer } from './text-stuffer.ts';
// Commands and extensions as tables
export type {
  AnyCommandSpec, Capability, CommandSpec, Effect, Extension, Grouping, LoginAttempt, ResponseForm, ServerAction, SessionState,
} from './extension.ts';
export { commandSpecs, extensions, specOfVerb } from './registry.ts';
// Transcripts and explanations
export type { TranscriptEntry } from './transcript.ts';
export { redactCommand, TranscriptRecorder } from './transcript.ts';
export type { Explanation } from './explain.ts';
export { explainCapability, explainCommand, explainResponse } from './explain.ts';
// The client machine
export type { ClientEnd, ClientEvent, ClientViolation, CommandId } from './client/event.ts';
export type { ClientLimits, ClientOptions, ClientOptionsInput, ClientTimeouts } from './client/options.ts';
export { CLIENT_DEFAULTS, resolveClientOptions } from './client/options.ts';
export { ClientMachine } from './client/machine.ts';
// The server machine
export type { ServerEnd, ServerEvent, ServerViolation } from './server/event.ts';
export type { ServerLimits, ServerOptions, ServerOptionsInput, ServerTimeouts } from './server/options.ts';
export { resolveServerOptions, SERVER_DEFAULTS } from './server/options.ts';
export type { MaildropMessage } from './server/maildrop.ts';
export { Maildrop } from './server/maildrop.ts';
export { ServerSession } from './server/session.ts';
export { ServerMachine } from './server/machine.ts';
