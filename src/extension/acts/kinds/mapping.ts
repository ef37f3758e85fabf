/** The acts on a shared mapping. */
import { looking, writingFile } from './common';
import type { KindActs } from './kindActs';

export const mapping: KindActs<'mapping'> = { acts: { read: looking, write: writingFile } };
