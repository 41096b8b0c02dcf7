export { budgeted } from './budgeted.ts';
export type { Budget, BudgetedResolver, Spent } from './budgeted.ts';
export { cached } from './cached.ts';
export type { CacheCounts, CachedResolver, CacheOptions } from './cached.ts';
export type { DnsFault, DnsFaultAction, DnsTransport } from './dns-faults.ts';
export type { DnsServerQuery } from './dns-responder.ts';
export { startDnsServer } from './dns-server.ts';
export type { DnsServer, DnsServerOptions } from './dns-server.ts';
export { inMemoryZone } from './in-memory-zone.ts';
export type { InMemoryZone, InMemoryZoneOptions } from './in-memory-zone.ts';
export { mailHosts } from './mail-hosts.ts';
export type { MailHost, MailHosts, MailHostsDecision, MailHostsOptions, MailHostsStep } from './mail-hosts.ts';
export { CLASS_IN, extendedError, RCODE, rcodeName, TYPE_CODES, typeOfCode } from './message.ts';
export type { DnsMessage, Edns, EdnsOption, OpaqueData, Question, ResourceRecord } from './message.ts';
export { encodeMessage } from './message-encode.ts';
export { parseMessage } from './message-parse.ts';
export type { MessageError } from './message-parse.ts';
export { formatName, parseName } from './names.ts';
export type { NodeDns, NodeSoa, NodeSrv, NodeTlsa } from './node-records.ts';
export { nodeResolver } from './node-resolver.ts';
export type { NodeResolverOptions } from './node-resolver.ts';
export { RECORD_TYPES, txtOctets } from './records.ts';
export type {
  AaaaRecord, ARecord, CaaRecord, CnameRecord, DnskeyRecord, DnsRecord, DsRecord, HttpsRecord, MxRecord, NsRecord, PtrRecord, RecordByType, RecordType,
  SoaRecord, SrvRecord, SvcbRecord, SvcParam, TlsaRecord, TxtRecord,
} from './records.ts';
export { recording, replaying } from './recording.ts';
export type { DnsFixture, RecordedLookup, RecordingResolver, ReplayingResolver } from './recording.ts';
export type { Answer, AnswerStatus, QueryOptions, Resolver } from './resolver.ts';
export { sortMx } from './sort-mx.ts';
export { createStubResolver } from './stub-resolver.ts';
export type { StubResolver, StubResolverOptions, StubResolverStats } from './stub-resolver.ts';
export { parseNameServer } from './stub-servers.ts';
export type { NameServer } from './stub-servers.ts';
export { formatZoneFile, parseZoneFile } from './zone-file.ts';
export type { ParsedZone, ZoneFileError, ZoneFileOptions, ZoneRecord } from './zone-file.ts';
export type { ScriptedOutcome, ZoneNode, ZoneObject } from './zone-object.ts';
