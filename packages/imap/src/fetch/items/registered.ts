/**
 * The items of FETCH that are IMAP's own, in the order in which answers are written: what is short first, octets of the message
 * last.
 */
import type { AnyFetchItemSpec } from '../../extension.ts';
import { bodyItem, bodyStructureItem } from './body-structure.ts';
import { bodyPeekItem, bodySectionItem } from './body-section.ts';
import { envelopeItem } from './envelope.ts';
import { flagsItem } from './flags.ts';
import { internalDateItem } from './internal-date.ts';
import { rfc822HeaderItem, rfc822Item, rfc822TextItem } from './rfc822.ts';
import { rfc822SizeItem } from './rfc822-size.ts';
import { uidItem } from './uid.ts';

/** In answers they stand before the items of extensions. */
export const shortItems: readonly AnyFetchItemSpec[] = [uidItem, flagsItem, internalDateItem, rfc822SizeItem, envelopeItem, bodyStructureItem, bodyItem];
/** In answers they stand behind the items of extensions. */
export const octetItems: readonly AnyFetchItemSpec[] = [bodySectionItem, bodyPeekItem, rfc822Item, rfc822HeaderItem, rfc822TextItem];
