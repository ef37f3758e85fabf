/** The acts on a Unix domain socket. */
import { waitersSentence } from '../../../presentation/waits';
import { serversText } from '../consequences';
import { looking, whichFile } from './common';
import type { KindActs } from './kindActs';
import { listening, talking } from './sockets';

export const unix: KindActs<'unix'> = {
  identity: ({ file }) => file,
  acts: {
    peek: looking,
    talk: talking('unix'),
    listen: listening('unix'),
    destroy: {
      which: whichFile,
      consequences: (socket, { find }) => [...serversText(socket, find), ...waitersSentence(socket, find)],
    },
  },
};
