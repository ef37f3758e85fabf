/** The entry of the page Table. */
import { tableChannel } from '../../protocol/pages/table';
import { host } from '../host';
import { openBus } from '../open';
import { Memory } from '../pageMemory';
import { TableModel } from './model';
import { TableFrame } from './page';

const frame = document.querySelector<HTMLElement>('ipc-panel');
const model = new TableModel(openBus(frame, tableChannel), new Memory(host));
if (frame instanceof TableFrame) frame.show(model);
void model.start();
