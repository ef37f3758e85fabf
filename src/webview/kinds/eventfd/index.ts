/** The page of an event counter. */
import { eventfd } from '../../../presentation/kinds/eventfd';
import { plainPage } from '../shared/plain';

plainPage(eventfd);
