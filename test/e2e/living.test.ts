/** Rows never go stale, whatever was hidden, reloaded, filtered, killed or inactive. */
import { living } from './living/run';

living({ steps: 25 });
