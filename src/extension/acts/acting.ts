/** What acts work with. */
import type { Helper } from '../helper/helper';
import type { History } from '../history';
import type { Inventory } from '../inventory';
import type { Sessions } from '../sessions';

export interface Acting {
  helper: Helper;
  history: History;
  inventory: Inventory;
}

/** What sessions at sockets work with. */
export type SessionParts = Pick<Acting, 'helper' | 'inventory'> & { sessions: Sessions };
