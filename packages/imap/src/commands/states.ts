/** The states in which a command may come, by the sections of RFC 9051. */
import type { SessionState } from '../extension.ts';

/** @rfc 9051 6.1 */
export const ANY_STATE: readonly SessionState[] = ['not-authenticated', 'authenticated', 'selected'];
/** @rfc 9051 6.2 */
export const NOT_AUTHENTICATED: readonly SessionState[] = ['not-authenticated'];
/** @rfc 9051 6.3 */
export const AUTHENTICATED: readonly SessionState[] = ['authenticated', 'selected'];
/** @rfc 9051 6.4 */
export const SELECTED: readonly SessionState[] = ['selected'];
