// Values
export type {
  BaseCommand, Command, DataCommand, EhloCommand, ExpnCommand, ExpnParameters, ForwardPath, HeloCommand, HelpCommand, MailCommand, MailParameters,
  NoopCommand, QuitCommand, RcptCommand, RcptParameters, ReversePath, RsetCommand, UnknownParameter, VrfyCommand, VrfyParameters,
} from './command.ts';
export { mailCommand, rcptCommand } from './command-make.ts';
export type { AuthCommand } from './extensions/auth.ts';
export type { BdatCommand } from './extensions/chunking.ts';
export type { DsnReturn, Notify, NotifyCondition, OriginalRecipient } from './extensions/dsn.ts';
export type { BodyType } from './extensions/eight-bit-mime.ts';
export type { StartTlsCommand } from './extensions/starttls.ts';
export type { Reply } from './reply.ts';
export { isIntermediate, isPermanent, isPositive, isReplyCode, isTransient, reply } from './reply.ts';
export type { EnhancedStatus, EnhancedStatusParts } from './enhanced-status.ts';
export { enhancedStatusParts, parseEnhancedStatus } from './enhanced-status.ts';
export type { RegisteredStatus } from './enhanced-status-registry.ts';
export { findStatus, REGISTERED_STATUSES, STATUS_CLASSES, STATUS_SUBJECTS } from './enhanced-status-registry.ts';
export type { Capabilities, UnknownCapability } from './capabilities.ts';
export { NO_CAPABILITIES, parseCapabilities } from './capabilities.ts';
// Codecs
export type { CommandLine, CommandRefused } from './command-parse.ts';
export { parseCommand } from './command-parse.ts';
export { encodeCommand } from './command-encode.ts';
export type { ReplyEncoding } from './reply-encode.ts';
export { encodeReply } from './reply-encode.ts';
export type { ReplyLimits, ReplyViolation } from './reply-parse.ts';
export { DEFAULT_REPLY_LIMITS, parseReply, ReplyParser } from './reply-parse.ts';
export { decodeUtf8AddressXtext, decodeXtext, encodeUtf8AddressXtext, encodeXtext } from './xtext.ts';
// Commands and extensions as tables
export type {
  AnyCommandSpec, AnyParameterSpec, BodyForm, Capability, CommandError, CommandParsed, CommandSpec, Effect, Extension, Move, Moves, Objections,
  ParameterOwner, ParameterSpec, ServerState,
} from './extension.ts';
export { checkCommand } from './command-check.ts';
export { ehloReply } from './ehlo-reply.ts';
export { refuseCommand } from './refusals.ts';
export { extensions } from './registry.ts';
export { commandSpecs, specOfVerb } from './verbs.ts';
// Transcripts and explanations
export type { Transcript, TranscriptEntry, TranscriptLimits, TranscriptParsed } from './transcript.ts';
export { formatTranscript, parseTranscript, TranscriptRecorder } from './transcript.ts';
export type { ClientLine, DialogueState, ServerLine } from './dialogue.ts';
export { Dialogue } from './dialogue.ts';
export type { ExplainContext, Explanation } from './explain.ts';
export { explainEnhancedStatus, explainKeyword, explainLine } from './explain.ts';
export type { ExplainedLine } from './explain-session.ts';
export { explainSession } from './explain-session.ts';
// The server machine
export type { ServerEnd, ServerEvent, ServerViolation } from './server-event.ts';
export type { ServerLimits, ServerOptions, ServerOptionsInput, ServerTimeouts } from './server-options.ts';
export { resolveServerOptions, SERVER_DEFAULTS } from './server-options.ts';
export type { ServerSession } from './server-session.ts';
export type { ServerRecipient, ServerTransaction } from './server-transaction.ts';
export { ServerMachine } from './server.ts';
// The client machine
export type { Unsendable, UnsendableCode } from './client-envelope.ts';
export type { ClientEnd, ClientEvent, ClientViolation } from './client-event.ts';
export type { ClientLimits, ClientOptions, ClientOptionsInput, ClientTimeouts } from './client-options.ts';
export { CLIENT_DEFAULTS, resolveClientOptions } from './client-options.ts';
export type { ClientMessage, StreamedMessage, TransactionCut, TransactionStage } from './client-transaction.ts';
export { ClientTransaction } from './client-transaction.ts';
export { ClientMachine } from './client.ts';
export type { TextFault } from './body-reader.ts';
export type { MessageText } from './message-text.ts';
export { scanMessage } from './message-text.ts';
