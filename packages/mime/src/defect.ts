/**
 * What may be wrong with a message: the one list of codes, each with what the reader of this package does about it. A defect is told
 * beside the result and never thrown; docs/errors.md explains each.
 */

/** Something that may be wrong with a message. Explained in docs/errors.md. */
export type MimeDefectCode =
  | 'MIME_NO_COLON'
  | 'MIME_BAD_FIELD_NAME'
  | 'MIME_SPACE_BEFORE_COLON'
  | 'MIME_LEADING_CONTINUATION'
  | 'MIME_MBOX_LINE'
  | 'MIME_BYTE_ORDER_MARK'
  | 'MIME_BARE_LF'
  | 'MIME_BARE_CR'
  | 'MIME_NUL'
  | 'MIME_LINE_TOO_LONG'
  | 'MIME_NOT_UTF8'
  | 'MIME_HEADER_CUT'
  | 'MIME_NO_EMPTY_LINE'
  | 'MIME_DUPLICATE_FIELD'
  | 'MIME_BAD_CONTENT_TYPE'
  | 'MIME_BAD_PARAMETER'
  | 'MIME_BAD_PARAMETER_VALUE'
  | 'MIME_PARAMETER_GAP'
  | 'MIME_DUPLICATE_PARAMETER'
  | 'MIME_BAD_DISPOSITION'
  | 'MIME_BAD_DATE'
  | 'MIME_BAD_ADDRESS'
  | 'MIME_BAD_MESSAGE_ID'
  | 'MIME_BAD_ENCODED_WORD'
  | 'MIME_NO_BOUNDARY'
  | 'MIME_NO_PARTS'
  | 'MIME_NOT_CLOSED'
  | 'MIME_BOUNDARY_REUSED'
  | 'MIME_ENCODED_MULTIPART'
  | 'MIME_UNKNOWN_TRANSFER_ENCODING'
  | 'MIME_BASE64_JUNK'
  | 'MIME_BASE64_CUT'
  | 'MIME_QUOTED_PRINTABLE_JUNK'
  | 'MIME_UUENCODE_JUNK'
  | 'MIME_UUENCODE_NO_END'
  | 'MIME_UNKNOWN_CHARSET'
  | 'MIME_CHARSET_REPLACED'
  | 'MIME_UNDECLARED_EIGHT_BIT';

const DONE: Readonly<Record<MimeDefectCode, string>> = {
  // the lines of a header section
  MIME_NO_COLON: 'the line is no field and was left out',
  MIME_BAD_FIELD_NAME: 'the line is no field and was left out',
  MIME_SPACE_BEFORE_COLON: 'the space does not belong to the name',
  MIME_LEADING_CONTINUATION: 'the line continues nothing and was left out',
  MIME_MBOX_LINE: 'the line belongs to a mailbox file and was left out',
  MIME_BYTE_ORDER_MARK: 'the mark does not belong to the name',
  MIME_BARE_LF: 'the LF ends the line',
  MIME_BARE_CR: 'the CR is part of the line',
  MIME_NUL: 'the NUL is part of the line',
  MIME_LINE_TOO_LONG: 'the line was read whole',
  MIME_NOT_UTF8: 'the octets were read as windows-1252',
  MIME_NO_EMPTY_LINE: 'the body begins with the first line that is no field',
  MIME_HEADER_CUT: 'the message ends inside a header section: the fields before the end count',
  // what fields say
  MIME_DUPLICATE_FIELD: 'the first field of that name counts',
  MIME_BAD_CONTENT_TYPE: 'the part was read as text/plain, or as application/octet-stream where it is an attachment',
  MIME_BAD_PARAMETER: 'the parameter was left out',
  MIME_BAD_PARAMETER_VALUE: 'the value was read up to where it seems to end',
  MIME_PARAMETER_GAP: 'the sections that are there were joined in their order',
  MIME_DUPLICATE_PARAMETER: 'the first parameter of that name counts',
  MIME_BAD_DISPOSITION: 'the part is taken for an attachment',
  MIME_BAD_DATE: 'as much of the date as could be read was read',
  MIME_BAD_ADDRESS: 'as much of the address as could be read was read',
  MIME_BAD_MESSAGE_ID: 'as much of the identifier as could be read was read',
  MIME_BAD_ENCODED_WORD: 'the word stays as it is written',
  // structure
  MIME_NO_BOUNDARY: 'the multipart names no boundary: it was read as one text part',
  MIME_NO_PARTS: 'no line with the boundary was found: the multipart has no parts',
  MIME_NOT_CLOSED: 'the multipart ends with what is around it',
  MIME_BOUNDARY_REUSED: 'a nested multipart has the boundary of one around it: its lines end the outer one',
  MIME_ENCODED_MULTIPART: 'the transfer encoding of the multipart was not looked at',
  MIME_UNKNOWN_TRANSFER_ENCODING: 'the octets were taken as they are',
  // transfer encodings
  MIME_BASE64_JUNK: 'characters outside the alphabet were skipped',
  MIME_BASE64_CUT: 'the octets that are whole were kept',
  MIME_QUOTED_PRINTABLE_JUNK: 'the equals sign stands for itself',
  MIME_UUENCODE_JUNK: 'the line was skipped',
  MIME_UUENCODE_NO_END: 'the file ends with the text',
  // charsets
  MIME_UNKNOWN_CHARSET: 'the text was read as UTF-8 where it is that, else as windows-1252',
  MIME_CHARSET_REPLACED: 'octets that the charset does not have became U+FFFD',
  MIME_UNDECLARED_EIGHT_BIT: 'the octets were read as UTF-8 where they are that, else as windows-1252',
};

/** Something wrong, where, and what was done. */
export interface MimeDefect {
  readonly code: MimeDefectCode;
  /** Octets from the beginning of the input. */
  readonly offset: number;
  /** What the reader did about it, in words. */
  readonly done: string;
}

/** The first so many are kept of one message; more say nothing new. */
export const MAX_DEFECTS = 100;

export function mimeDefect(code: MimeDefectCode, offset: number): MimeDefect {
  return { code, offset, done: DONE[code] };
}
