export type {
  SpfAddresses, SpfAnalysedRecord, SpfAnalysedTerm, SpfAnalysis, SpfFinding, SpfFindingCode, SpfFindingLevel,
} from './analysis.ts';
export { SPF_FINDINGS } from './analysis.ts';
export { analyzeSpf } from './analyze.ts';
export type { AnalyzeSpfOptions } from './analyze.ts';
export { checkSpf } from './check.ts';
export type { CheckSpfOptions } from './check.ts';
export { formatSpfExplanation } from './explain-text.ts';
export { expandMacros } from './macro-expand.ts';
export type { ExpandMacrosOptions } from './macro-expand.ts';
export type { MacroError, MacroPlace } from './macro-parse.ts';
export { SpfMachine } from './machine.ts';
export type { SpfStep } from './machine.ts';
export type { SpfLimits, SpfMachineOptions } from './options.ts';
export { formatReceivedSpf, parseReceivedSpf } from './received-spf.ts';
export type { FormatReceivedSpfOptions, ReceivedSpf, ReceivedSpfError } from './received-spf.ts';
export { isSpfRecord, parseSpfRecord } from './record-parse.ts';
export type { SpfSyntaxError } from './record-parse.ts';
export type {
  AllDirective, ExistsDirective, HostDirective, IncludeDirective, Ip4Directive, Ip6Directive, Macro, MacroLetter, MacroString, PtrDirective, SpfDirective, SpfModifier,
  SpfQualifier, SpfRecord, UnknownModifier,
} from './record.ts';
export type {
  SpfCounters, SpfExplanation, SpfIdentity, SpfMatch, SpfProblem, SpfProblemCode, SpfQuestion, SpfQuestionType, SpfResult, SpfTermExplanation, SpfVerdict,
} from './result.ts';
