export type { TraceStep, TraceValue } from './trace.ts';
export { traceStep } from './trace.ts';
