export type {
  AuthenticationResults, AuthresDefect, AuthresError, MethodProperty, MethodResult, ParsedAuthenticationResults, UnknownWord,
} from './authentication-results.ts';
export type { EscapeOptions } from './escape-text.ts';
export { escapeText } from './escape-text.ts';
export type { CleanedMessage, ForgedField, OurIds } from './forged.ts';
export { findForged, removeForged } from './forged.ts';
export type { FormatOptions } from './format.ts';
export { formatArcAuthenticationResults, formatAuthenticationResults, formatAuthenticationResultsField, isWritable } from './format.ts';
export type { MethodResultInput, MethodSpec, PropertyKind, PropertyOf, RegisteredMethod, ResultOf, Vocabulary } from './methods.ts';
export { METHODS, findMethod, methodResult } from './methods.ts';
export type { AuthresLimits, ParsedArcAuthenticationResults } from './parse.ts';
export { parseArcAuthenticationResults, parseAuthenticationResults } from './parse.ts';
export type { TraceStep, TraceValue } from './trace.ts';
export { traceStep } from './trace.ts';
