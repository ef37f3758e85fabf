/** What acts work with. */
import type { Helper } from '../helper/helper';
import type { History } from '../history';
import type { Inventory } from '../inventory';

export interface Acting {
  helper: Helper;
  history: History;
  inventory: Inventory;
}
