/** The acts on a loopback socket. */
import { looking } from './common';
import type { KindActs } from './kindActs';
import { listening, talking } from './sockets';

export const inet: KindActs<'inet'> = {
  acts: { peek: looking, talk: talking('inet'), listen: listening('inet') },
};
