/** The page of a file with locks. */
import { lock } from '../../../presentation/kinds/lock';
import { plainPage } from '../shared/plain';

plainPage(lock);
