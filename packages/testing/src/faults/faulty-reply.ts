/** A reply of the server as the faults of its occurrence make it. */
import { encodeReply, type EnhancedStatus, parseReply, reply, type Reply } from '@mailwright/smtp';
import { concatOctets, encodeUtf8, utf8 } from '@mailwright/wire';
import type { Fault, FaultAction } from './fault.ts';
import type { Outgoing } from './reply-output.ts';

type Of<T extends FaultAction['type']> = Extract<FaultAction, { readonly type: T }>;

/** The refusal that stands in place of asking the server, where the faults hold one. */
export function faultRefusal(faults: readonly Fault[]): { readonly fault: Fault; readonly reply: Reply } | undefined {
  const said = faults.find(({ action }) => action.type === 'reply' || action.type === 'raw');
  if (said?.action.type !== 'reply' || said.action.code < 400) return undefined;
  return { fault: said, reply: replyOf(said.action) };
}

/** `octets` is the server's reply; `enhanced`: whether the session knows enhanced status codes. */
export function faultyReply(octets: Uint8Array, faults: readonly Fault[], enhanced: boolean): Outgoing {
  const actions = faults.map(({ action }) => action);
  const said = actions.find((action): action is Of<'reply'> | Of<'raw'> => action.type === 'reply' || action.type === 'raw');
  const drip = first(actions, 'drip');
  const ending = actions.find((action): action is Of<'stall'> | Of<'cut'> | Of<'hang-up'> => action.type === 'stall' || action.type === 'cut' || action.type === 'hang-up');
  const goodbye = said?.type === 'reply' && said.code === 421 ? ({ type: 'hang-up', moment: 'after-reply' } as const) : undefined;
  return {
    octets: appended(said === undefined ? withCapabilities(octets, actions) : encodeUtf8(textOf(said, enhanced)), actions),
    delayMs: actions.reduce((sum, action) => sum + (action.type === 'delay' ? action.ms : 0), 0),
    drip: drip === undefined ? undefined : { octets: drip.octets, everyMs: drip.everyMs },
    ending: ending ?? goodbye,
  };
}

function first<T extends FaultAction['type']>(actions: readonly FaultAction[], type: T): Of<T> | undefined {
  return actions.find((action): action is Of<T> => action.type === type);
}

function textOf(said: Of<'reply'> | Of<'raw'>, enhanced: boolean): string {
  return said.type === 'raw' ? said.text : encodeReply(replyOf(said), { enhanced });
}

function replyOf({ code, enhanced, lines }: Of<'reply'>): Reply {
  return reply(code, enhanced as EnhancedStatus | undefined, ...lines);
}

function appended(octets: Uint8Array, actions: readonly FaultAction[]): Uint8Array {
  const more = actions.filter((action): action is Of<'append'> => action.type === 'append');
  return more.length === 0 ? octets : concatOctets([octets, ...more.map(({ text }) => encodeUtf8(text))]);
}

/** The reply to EHLO with other keywords. @rfc 5321 4.1.1.1 */
function withCapabilities(octets: Uint8Array, actions: readonly FaultAction[]): Uint8Array {
  const edits = actions.filter((action): action is Of<'drop-capability'> | Of<'set-capability'> => action.type === 'drop-capability' || action.type === 'set-capability');
  if (edits.length === 0) return octets;
  const parsed = parseReply(utf8(octets));
  if (!parsed.ok || parsed.value.code !== 250) return octets;
  let [greeting = '', ...capabilities] = parsed.value.lines;
  for (const edit of edits) {
    const keyword = keywordOf(edit.type === 'drop-capability' ? edit.keyword : edit.capability);
    const at = capabilities.findIndex((capability) => keywordOf(capability) === keyword);
    const kept = capabilities.filter((capability) => keywordOf(capability) !== keyword);
    capabilities = edit.type === 'drop-capability' ? kept : kept.toSpliced(at < 0 ? kept.length : at, 0, edit.capability);
  }
  return encodeUtf8(encodeReply({ code: 250, enhanced: undefined, lines: [greeting, ...capabilities] }, { enhanced: false }));
}

function keywordOf(capability: string): string {
  return capability.split(/[ =]/, 1)[0]!.toUpperCase();
}
