// Values
export type { Command } from './command.ts';
export type { AppendCommand, AppendMessage, MessageLiteral } from './commands/append.ts';
export type { AuthenticateCommand } from './commands/authenticate.ts';
export type { CapabilityCommand } from './commands/capability.ts';
export type { CheckCommand } from './commands/check.ts';
export type { CloseCommand } from './commands/close.ts';
export type { CopyCommand } from './commands/copy.ts';
export type { CreateCommand, CreateParameters } from './commands/create.ts';
export type { ExpungeCommand } from './commands/expunge.ts';
export type { FetchCommand, FetchParameters } from './commands/fetch.ts';
export type { ListCommand, ListReturnOptions, ListSelectionOptions, LsubCommand } from './commands/list.ts';
export type { LoginCommand } from './commands/login.ts';
export type { LogoutCommand } from './commands/logout.ts';
export type { NoopCommand } from './commands/noop.ts';
export type { DeleteCommand, SubscribeCommand, UnsubscribeCommand } from './commands/one-mailbox.ts';
export type { BaseCommand } from './commands/registered.ts';
export type { RenameCommand } from './commands/rename.ts';
export type { SearchCommand, SearchReturnOptions } from './commands/search.ts';
export type { ExamineCommand, SelectCommand, SelectParameters } from './commands/select.ts';
export type { StartTlsCommand } from './commands/starttls.ts';
export type { StatusCommand, StatusItemName } from './commands/status.ts';
export type { StoreCommand, StoreParameters } from './commands/store.ts';
export type {
  ContinuationRequest, Data, DataResponse, Response, ResponseCode, Status, StatusResponse, TaggedResponse, UnknownCode, UnknownData,
  UnreadableResponse,
} from './response.ts';
export type {
  BadCharsetCode, BaseCode, CapabilityCode, PermanentFlagsCode, PlainCode, PlainCodeName, ReferralCode, UidNextCode, UidValidityCode, UnseenCode,
} from './response-codes.ts';
export type { CapabilityData } from './responses/capability.ts';
export type { FlagsData } from './responses/flags.ts';
export type { ListData, ListedMailbox, LsubData, OtherListItem, XlistData } from './responses/list.ts';
export type { ExistsData, ExpungeData, RecentData } from './responses/numbers.ts';
export type { BaseData } from './responses/registered.ts';
export type { SearchData } from './responses/search.ts';
export type { BaseStatusFields, BaseStatusItem } from './responses/status-items.ts';
export type { StatusData, StatusItems } from './responses/status.ts';
export type {
  BaseFetchFields, FetchData, FetchedOctets, FetchedSection, FetchResponse, InternalDate, InvalidFetchItem, OtherFetchItem,
} from './fetch/fetch-data.ts';
export type { BaseFetchRequest, FetchMacro, FetchRequest, PlainFetchRequest, SectionRequest, SectionRequestOptions } from './fetch/fetch-request.ts';
export { expandMacros, sectionRequest } from './fetch/fetch-request.ts';
export type { Envelope, EnvelopeAddress } from './envelope.ts';
export type {
  BasicStructure, BodyDisposition, BodyParameters, BodyStructure, MessageStructure, MultipartStructure, TextStructure,
} from './body-structure.ts';
export type { DisplayParts, WalkOptions } from './body-structure-walk.ts';
export { findText, mimeHeaderOf, partsOf, sectionOf } from './body-structure-walk.ts';
export type { Partial, Section, SectionText } from './section.ts';
export { formatSection, parseSection, sameSection } from './section.ts';
export type { MessageSet, NumberRange, SequenceSet } from './sequence-set.ts';
export {
  countSet, differenceOfSets, formatSet, intersectionOfSets, normalizeSet, numbersOfSet, resolveSet, setContains, setOf, STAR, unionOfSets,
} from './sequence-set.ts';
export type { CalendarDate } from './dates.ts';
export { dayAfter1970, daysSince1970 } from './dates.ts';
export { decodeMailboxName, encodeMailboxName, isInbox } from './mailbox-name.ts';
export { emptyFetchData, makeParameters, makeStatusItems } from './make-values.ts';
export { hasParameters } from './parameters.ts';
export type { InvalidValue } from './invalid.ts';
export type { ImapLimits } from './limits.ts';
export { CLIENT_LIMITS, SERVER_LIMITS } from './limits.ts';
// Extensions: what they bring
export type {
  AclData, AclRight, DeleteAclCommand, GetAclCommand, ListRightsCommand, ListRightsData, MyRightsCommand, MyRightsData, SetAclCommand,
} from './extensions/acl.ts';
export { ACL_RIGHTS } from './extensions/acl.ts';
export type { BinaryPart, BinaryRequest, BinarySize, BinarySizeRequest, UnknownCteCode } from './extensions/binary.ts';
export type { BadUrlCode, CatenatePart, TooBigCode } from './extensions/catenate.ts';
export type { CompressCommand, CompressionActiveCode } from './extensions/compress.ts';
export type { HighestModseqCode, ModifiedCode, ModseqKey, ModseqRequest, NoModseqCode } from './extensions/condstore.ts';
export type { CancelUpdateCommand, NoUpdateCode } from './extensions/context.ts';
export type { EnableCommand, EnabledData } from './extensions/enable.ts';
export type { EsearchItems, EsearchItemsSoFar, ResultChange } from './extensions/esearch-items.ts';
export type { EsearchData } from './extensions/esearch.ts';
export type { FilterKey, UndefinedFilterCode } from './extensions/filters.ts';
export type { FuzzyKey } from './extensions/fuzzy.ts';
export type { GmailIdKey, GmailLabelKey, GmailRawKey, GmailRequest } from './extensions/gmail.ts';
export type { BadComparatorCode, ComparatorCommand, ComparatorData } from './extensions/i18n-level.ts';
export type { IdCommand, IdData, IdFields } from './extensions/id.ts';
export type { IdleCommand } from './extensions/idle.ts';
export type { InProgressCode } from './extensions/in-progress.ts';
export type { GetJmapAccessCommand, JmapAccessData } from './extensions/jmap-access.ts';
export type { LanguageCommand, LanguageData } from './extensions/language.ts';
export type { MessageLimitCode, UidBoundKey } from './extensions/message-limit.ts';
export type { GetMetadataCommand, MetadataCode, MetadataData, MetadataEntry, SetMetadataCommand } from './extensions/metadata.ts';
export type { MoveCommand } from './extensions/move.ts';
export type { EsearchCommand, SearchSource } from './extensions/multisearch.ts';
export type { Namespace, NamespaceCommand, NamespaceData } from './extensions/namespace.ts';
export type {
  BadEventCode, NotificationOverflowCode, NotifyCommand, NotifyEvent, NotifyEventName, NotifyFilter, NotifyGroup,
} from './extensions/notify.ts';
export type { EmailIdKey, EmailIdRequest, MailboxIdCode, ThreadIdKey, ThreadIdRequest } from './extensions/object-id.ts';
export type { PartialRange } from './extensions/partial-range.ts';
export { sliceResult } from './extensions/partial-range.ts';
export type { PreviewRequest } from './extensions/preview.ts';
export type { ClosedCode, QresyncState, VanishedData } from './extensions/qresync.ts';
export type {
  GetQuotaCommand, GetQuotaRootCommand, QuotaData, QuotaResource, QuotaResourceName, QuotaRootData, SetQuotaCommand,
} from './extensions/quota.ts';
export type { ReplaceCommand } from './extensions/replace.ts';
export type { SaveDateKey, SaveDateRequest, SaveDateSupportedKey } from './extensions/save-date.ts';
export type { NotSavedCode } from './extensions/searchres.ts';
export type { SortCommand, SortData } from './extensions/sort.ts';
export type { UseAttrCode } from './extensions/special-use.ts';
export { SPECIAL_USES } from './extensions/special-use.ts';
export type { ThreadCommand, ThreadData } from './extensions/thread.ts';
export type { TooFewCode, TooManyCode, UidBatchesCommand, UidBatchesData } from './extensions/uid-batches.ts';
export type { UidFetchData, UidRequiredCode } from './extensions/uid-only.ts';
export type { AppendUidCode, CopyUidCode, UidNotStickyCode } from './extensions/uidplus.ts';
export { copiedUids } from './extensions/uidplus.ts';
export type { UnauthenticateCommand } from './extensions/unauthenticate.ts';
export type { UnselectCommand } from './extensions/unselect.ts';
export type { GenUrlAuthCommand, GenUrlAuthData, ResetKeyCommand, UrlFetchCommand, UrlFetchData, UrlMechCode } from './extensions/url-auth.ts';
export type { WithinKey } from './extensions/within.ts';
// Frames and codecs
export type { Frame, StreamedLiteral } from './frame.ts';
export type { FrameEvent, FrameFault, FrameViolation, LiteralBegin, LiteralWanted } from './frame-event.ts';
export type { FrameReaderOptions } from './frame-reader.ts';
export { FrameReader } from './frame-reader.ts';
export type { Failure } from './value-cursor.ts';
export { ValueReader } from './value-reader.ts';
export type { PendingLiteral, WrittenLiteral, WrittenPiece } from './value-writer.ts';
export { isAtom, isTag, ValueWriter } from './value-writer.ts';
export type { ParsedCommand, ReadCommand, RefusedCommand } from './command-parse.ts';
export { parseCommand } from './command-parse.ts';
export { encodeCommand } from './command-encode.ts';
export { parseResponse } from './response-parse.ts';
export { encodeResponse } from './response-encode.ts';
// The tables, and explanations
export type {
  AnyCodeSpec, AnyCommandSpec, AnyDataSpec, AnyFetchItemSpec, AnyParameterSpec, AnySearchKeySpec, AnyStatusItemSpec, CodeSpec, CommandSpec, DataSpec,
  Extension, FetchItemSpec, ParameterPlace, ParameterSpec, Pipelining, SearchKeySpec, SessionState, StatusItemSpec,
} from './extension.ts';
export type {
  ExtensionCode, ExtensionCommand, ExtensionData, ExtensionFetchFields, ExtensionFetchRequest, ExtensionParameters, ExtensionSearchKey,
  ExtensionStatusFields, ExtensionStatusItem,
} from './registry.ts';
export { announces, CapabilityList, IMAP4REV1, IMAP4REV2 } from './capability.ts';
export { allCodes, allCommands, allData, findCode, findCommand, findData, registeredExtensions } from './tables.ts';
export type { ExplainContext, Explanation } from './explain.ts';
export { explainCapability, explainCommand, explainLine, explainResponse } from './explain.ts';
// Transcripts
export type { ClientLine, DialogueState, ServerLine } from './transcript/dialogue.ts';
export { Dialogue } from './transcript/dialogue.ts';
export type { ExplainedLine, SpokenEntry } from './transcript/explain-session.ts';
export { explainSession } from './transcript/explain-session.ts';
export { redactCommand } from './transcript/redact.ts';
export type { ClientReplay } from './transcript/replay-client.ts';
export { replayToClient } from './transcript/replay-client.ts';
export type { ServerReplay } from './transcript/replay-server.ts';
export { replayToServer } from './transcript/replay-server.ts';
export type { RecordedSession, TranscriptLimits } from './transcript/transcript-recorder.ts';
export { TranscriptRecorder } from './transcript/transcript-recorder.ts';
export type { Transcript, TranscriptEntry, TranscriptParsed } from './transcript/transcript.ts';
export { formatTranscript, parseTranscript } from './transcript/transcript.ts';
// Search, sort and thread
export type { SearchResult } from './search/answer.ts';
export { answerSearch, savedNumbers, setInOrder } from './search/answer.ts';
export { allOfKeys, anyOfKeys, notKey } from './search/combine.ts';
export { isAsciiSearch, isSearchIn } from './search/encode.ts';
export type { CompiledSearch } from './search/evaluate.ts';
export { compileSearch, matchesSearch, searchRequirement } from './search/evaluate.ts';
export { setMatcher } from './search/set-matcher.ts';
export type { MessageView } from './search/message-views.ts';
export { viewMessage } from './search/message-views.ts';
export type { SearchProgram } from './search/parse.ts';
export { MAX_SEARCH_DEPTH } from './search/parse.ts';
export type { ResolvedFilters } from './search/resolve-filters.ts';
export { mapSearchKeys, resolveFilters } from './search/resolve-filters.ts';
export type { RewriteKind, RewriteNote, RewriteOptions, RewrittenSearch } from './search/rewrite.ts';
export { rewriteSearch } from './search/rewrite.ts';
export type {
  AndSearchKey, BaseSearchKey, DateSearchKey, DateSearchKeyName, HeaderSearchKey, KeywordSearchKey, NotSearchKey, OrSearchKey, PlainSearchKey,
  PlainSearchKeyName, SearchKey, SequenceSearchKey, SizeSearchKey, TextSearchKey, TextSearchKeyName, UidSearchKey,
} from './search/search-key.ts';
export type {
  SearchableAddresses, SearchableField, SearchableMessage, SearchableMetadata, SearchContext, SearchRequirement,
} from './search/searchable-message.ts';
export type { SentDate } from './search/sent-date.ts';
export { parseSentDate } from './search/sent-date.ts';
export type { BaseSubject } from './sort/base-subject.ts';
export { baseSubject } from './sort/base-subject.ts';
export type { SortCriterion, SortKey } from './sort/sort-criterion.ts';
export { isSortKey, SORT_KEYS } from './sort/sort-criterion.ts';
export type { SortableMessage } from './sort/sort-messages.ts';
export { sortMessages } from './sort/sort-messages.ts';
export { parseMessageIds } from './thread/message-ids.ts';
export { threadByOrderedSubject } from './thread/ordered-subject.ts';
export { threadByReferences } from './thread/references.ts';
export type { Thread, ThreadEntry } from './thread/thread-list.ts';
export type { ThreadAlgorithm } from './thread/thread-messages.ts';
export { threadMessages } from './thread/thread-messages.ts';
export type { ThreadableMessage } from './thread/threadable-message.ts';
// The server machine
export type { AnnouncementFacts } from './server/capabilities.ts';
export { allCapabilities, announce, CapabilitySet, resolveCapabilities } from './server/capabilities.ts';
export type { Resolved } from './server/mailbox-view.ts';
export { MailboxView, rangesOf } from './server/mailbox-view.ts';
export type { ServerEnd, ServerEvent, ServerViolationCode } from './server/server-event.ts';
export type { ServerLimits, ServerOptions, ServerOptionsInput, ServerTimeouts } from './server/server-options.ts';
export { resolveServerOptions } from './server/server-options.ts';
export type { Notifying, SelectedMailbox, ServerSession } from './server/server-session.ts';
export { ServerMachine } from './server/server.ts';
export type { FlagsChanged, FlushOptions, MessagesAdded, MessagesRemoved, StoreChange, ViewUpdate } from './server/view-change.ts';
// The client machine
export { ClientCapabilities, NO_CAPABILITIES } from './client/client-capabilities.ts';
export type { ClientEnd, ClientEvent, ClientViolationCode, DropReason, LiteralPlace } from './client/client-event.ts';
export type { ClientOptions, ClientOptionsInput, ClientTimeouts } from './client/client-options.ts';
export { resolveClientOptions } from './client/client-options.ts';
export type { SendOptions } from './client/client.ts';
export { ClientMachine } from './client/client.ts';
export type { MailboxChange, MailboxFault } from './client/mailbox-model.ts';
export { MailboxModel } from './client/mailbox-model.ts';
export type { PipelineTraits } from './client/pipelining.ts';
export { mayFollow, pipelineTraits } from './client/pipelining.ts';
export { SequenceMap } from './client/sequence-map.ts';
