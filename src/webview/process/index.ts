/** The entry of the page of a process. */
import { processChannel } from '../../protocol/pages/process';
import { host } from '../host';
import { openBus } from '../open';
import { Memory } from '../pageMemory';
import { ProcessModel } from './model';
import { ProcessFrame } from './page';

const frame = document.querySelector<HTMLElement>('ipc-panel');
const model = new ProcessModel(openBus(frame, processChannel), new Memory(host));
if (frame instanceof ProcessFrame) frame.show(model);
void model.start();
