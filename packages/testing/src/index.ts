// A server for tests
export type { TestErrorCode } from './errors.ts';
export { TestError, TestTimeoutError } from './errors.ts';
export type { TestSmtpServer } from './smtp-server.ts';
export { startSmtpServer } from './smtp-server.ts';
export type { RejectRecipient, TestServerOptions, TestUsers } from './smtp-server-options.ts';
export type { ReceivedEnvelope, ReceivedMessage, ReceivedSession } from './received-message.ts';
export type { MessageMatch, MessagePattern } from './message-match.ts';
export type { WaitForOptions, WaitOptions } from './message-log.ts';
export type { SessionTranscript } from './session-log.ts';
export { dialogueLine, formatDialogue } from './dialogue-text.ts';
// Servers for reading mail
export type { TestMailSystem, TestMailSystemOptions } from './mail-server.ts';
export { startMailServer } from './mail-server.ts';
export type { TestPop3Server, TestPop3ServerOptions } from './pop3/pop3-server.ts';
export type { PasswordJudge } from './pop3/pop3-login.ts';
export { startPop3Server } from './pop3/pop3-server.ts';
export type { MailboxMessage, TestImapServer, TestImapServerOptions } from './imap/imap-server.ts';
export { startImapServer } from './imap/imap-server.ts';
export type { Personality, PersonalityName } from './personalities/personality.ts';
export { PERSONALITIES } from './personalities/personality.ts';
export type { TestMailServer, WireEntry } from './face/face.ts';
export type { FaceOptions } from './face/face-options.ts';
export type { FaceTranscript } from './face/wire-log.ts';
export type { BuiltFixture, FixtureInput, FixtureMailbox, FixtureMessage, FixtureUser, MailFixture } from './face/mail-fixture.ts';
export { memoryStoreOf } from './face/mail-fixture.ts';
// Faults
export type { DripRate, Fault, FaultAction, FaultMoment, FaultPoint, FaultSelection } from './faults/fault.ts';
export type { FaultScriptData } from './faults/fault-script.ts';
export { FaultRule, faults, FaultScript, faultScript } from './faults/fault-script.ts';
export { describeFault } from './faults/fault-describe.ts';
export { bdatOnlyExchangeLike, greylister, rateLimited, tarpit } from './faults/fault-profiles.ts';
export type { MailFault, MailFaultAction } from './mail-faults/mail-fault.ts';
export type { MailFaultScriptData } from './mail-faults/mail-fault-script.ts';
export { MailFaultRule, mailFaults, MailFaultScript, mailFaultScript } from './mail-faults/mail-fault-script.ts';
export { describeMailFault } from './mail-faults/describe-mail-fault.ts';
// A network without sockets
export type { Reachability, VirtualListener, VirtualNetwork, VirtualNetworkOptions } from './network/virtual-network.ts';
export { virtualNetwork } from './network/virtual-network.ts';
// Transcripts
export type { ExplainedLine, Transcript, TranscriptEntry, TranscriptLimits, TranscriptParsed } from '@mailwright/smtp';
export { explainSession, formatTranscript, parseTranscript, TranscriptRecorder } from '@mailwright/smtp';
export type { DiffOptions, TranscriptDifference } from './transcripts/diff-transcripts.ts';
export { diffTranscripts, formatDifferences } from './transcripts/diff-transcripts.ts';
export type { ScriptedServerOptions, ScriptedSmtpServer } from './transcripts/scripted-server.ts';
export { scriptedSmtpServer } from './transcripts/scripted-server.ts';
export type { ReplayClientOptions } from './transcripts/replay.ts';
export { replayClient, replayServer } from './transcripts/replay.ts';
// An audit of any server
export type { AuditOptions } from './audit/audit-smtp-server.ts';
export { auditSmtpServer } from './audit/audit-smtp-server.ts';
export type { AuditFinding, AuditSeverity } from './audit/probe.ts';
// Time and chance
export { FakeClock, settle } from './fake-clock.ts';
export { SeededRandom } from './seeded-random.ts';
// Certificates
export type { CertificateFault, CertificateRequest, IssuedCertificate, KeyType, TestAuthority, TestAuthorityOptions } from './certificates/test-authority.ts';
export { createTestAuthority } from './certificates/test-authority.ts';
