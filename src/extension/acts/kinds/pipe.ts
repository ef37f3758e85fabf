/** The acts on a pipe. */
import { alteringCapacity, looking } from './common';
import type { KindActs } from './kindActs';

export const pipe: KindActs<'pipe'> = { acts: { peek: looking, alterCapacity: alteringCapacity } };
