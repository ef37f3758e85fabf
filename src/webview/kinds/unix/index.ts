/** The page of a Unix domain socket. */
import { unix } from '../../../presentation/kinds/unix';
import { objectPage } from '../../panel/main';
import { socketPlug } from '../shared/socket/plug';

objectPage(socketPlug(unix));
