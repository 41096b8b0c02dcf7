export type { BodyIrregularity, CanonicalSink } from './canonicalize-body.ts';
export { BodyCanonicalizer, canonicalizeBody } from './canonicalize-body.ts';
export type { Canonicalization } from './canonicalize-header.ts';
export { canonicalizeHeader } from './canonicalize-header.ts';
export type { BodyHash } from './hash-body.ts';
export { BodyHasher } from './hash-body.ts';
export { selectSignedFields } from './select-fields.ts';
export type { Tag, TagList, TagListError } from './tag-list.ts';
export { parseTagList, removeWhiteSpace, splitColons } from './tag-list.ts';
