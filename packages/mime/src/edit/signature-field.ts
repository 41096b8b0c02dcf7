/**
 * What the signatures of a message say they cover: DKIM-Signature (RFC 6376), ARC-Message-Signature and ARC-Seal (RFC 8617).
 *
 * Left out: keys, hashes, and whether a signature is valid. Read next: `dkim-impact.ts`.
 */
import type { HeaderField } from '../header/header-field.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { Canonicalization } from './canonical-form.ts';
import { parseSignedNames, parseTagList } from './tag-list.ts';

/** The fields that hold signatures. */
export type SignatureFieldName = 'DKIM-Signature' | 'ARC-Message-Signature' | 'ARC-Seal';

/** A signature, as far as what it covers goes. */
export interface SignatureField {
  readonly name: SignatureFieldName;
  readonly field: HeaderField;
  readonly domain: string | undefined;
  readonly selector: string | undefined;
  /** The number of its ARC set; `undefined` for a DKIM-Signature. */
  readonly instance: number | undefined;
  readonly headerCanonicalization: Canonicalization;
  readonly bodyCanonicalization: Canonicalization;
  /** `h=` in lower case, in its order, a name twice where it is there twice. Empty for an ARC-Seal. */
  readonly signedNames: readonly string[];
  /** `l=`: so many octets of the canonical body; `undefined` where all of it is covered. */
  readonly bodyOctets: number | undefined;
}

const NAMES: ReadonlyMap<string, SignatureFieldName> = new Map([
  ['dkim-signature', 'DKIM-Signature'], ['arc-message-signature', 'ARC-Message-Signature'], ['arc-seal', 'ARC-Seal'],
]);
const ARC_SET = /^arc-(?:seal|message-signature|authentication-results)$/;
const MAX_INSTANCE = 50; // RFC 8617 4.2.1

/** The signatures of a header section, from the top down. @rfc 6376 3.5 @rfc 8617 4.1 */
export function readSignatures(section: HeaderSection): readonly SignatureField[] {
  return section.fields.flatMap((field) => {
    const name = NAMES.get(field.name.toLowerCase());
    return name === undefined ? [] : [readSignature(name, field)];
  });
}

/** The number of the ARC set that a field belongs to, `undefined` for other fields. @rfc 8617 4.2.1 */
export function readInstance(field: HeaderField): number | undefined {
  if (!ARC_SET.test(field.name.toLowerCase())) return undefined;
  const written = parseTagList(field.text).get('i') ?? '';
  const instance = /^[0-9]{1,2}$/.test(written) ? Number(written) : 0;
  return instance >= 1 && instance <= MAX_INSTANCE ? instance : undefined;
}

function readSignature(name: SignatureFieldName, field: HeaderField): SignatureField {
  const tags = parseTagList(field.text);
  const [header, body] = readCanonicalization(tags.get('c'));
  const isSeal = name === 'ARC-Seal';
  return {
    name, field, domain: tags.get('d'), selector: tags.get('s'),
    instance: name === 'DKIM-Signature' ? undefined : readInstance(field),
    headerCanonicalization: isSeal ? 'relaxed' : header,
    bodyCanonicalization: isSeal ? 'relaxed' : body,
    signedNames: isSeal ? [] : parseSignedNames(tags.get('h')),
    bodyOctets: readLength(tags.get('l')),
  };
}

/** `c=header/body`; simple where nothing is said. */
function readCanonicalization(value: string | undefined): readonly [Canonicalization, Canonicalization] {
  const [header, body] = (value ?? '').toLowerCase().split('/');
  return [header === 'relaxed' ? 'relaxed' : 'simple', body === 'relaxed' ? 'relaxed' : 'simple'];
}

function readLength(value: string | undefined): number | undefined {
  return value !== undefined && /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
}
