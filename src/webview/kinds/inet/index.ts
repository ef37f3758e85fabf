/** The page of a loopback socket. */
import { inet } from '../../../presentation/kinds/inet';
import { objectPage } from '../../panel/main';
import { socketPlug } from '../shared/socket/plug';

objectPage(socketPlug(inet));
