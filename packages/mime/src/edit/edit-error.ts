/** What cannot be done to a message: a mistake of the caller, known only by looking at the message. */

/** Why an edit was refused. Explained in docs/errors.md. */
export type EditErrorCode =
  | 'EDIT_NO_PART'
  | 'EDIT_PART_GONE'
  | 'EDIT_ROOT_PART'
  | 'EDIT_ONLY_CHILD'
  | 'EDIT_BOUNDARY_IN_PART'
  | 'EDIT_LIMIT';

const MESSAGES: Readonly<Record<EditErrorCode, string>> = {
  EDIT_NO_PART: 'the message has no such part',
  EDIT_PART_GONE: 'the part, or one around it, was removed or replaced',
  EDIT_ROOT_PART: 'the message itself cannot be removed or replaced, only its fields, body and parts',
  EDIT_ONLY_CHILD: 'the message in a message/rfc822 cannot be removed, only the message/rfc822',
  EDIT_BOUNDARY_IN_PART: 'a line begins with the boundary of a multipart around the part',
  EDIT_LIMIT: 'a limit stopped the reading of the header section, so a field may be missed',
};

/** Thrown by the methods of `MessageEditor`; the editor is as it was before. */
export class EditError extends TypeError {
  readonly code: EditErrorCode;
  /** The part that the edit was about. */
  readonly part: number;

  constructor(code: EditErrorCode, part: number) {
    super(`${code}: ${MESSAGES[code]} (part ${part})`);
    this.name = 'EditError';
    this.code = code;
    this.part = part;
  }
}
