/** The acts on a pseudo-terminal: none, for whatever is written or set there its programs would notice. */
import type { KindActs } from './kindActs';

export const pty: KindActs<'pty'> = { acts: {} };
