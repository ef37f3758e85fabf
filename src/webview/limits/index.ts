/** The entry of the page Limits. */
import { limitsChannel } from '../../protocol/pages/limits';
import { host } from '../host';
import { openBus } from '../open';
import { Memory } from '../pageMemory';
import { LimitsModel } from './model';
import { LimitsFrame } from './page';

const frame = document.querySelector<HTMLElement>('ipc-panel');
const model = new LimitsModel(openBus(frame, limitsChannel), new Memory(host));
if (frame instanceof LimitsFrame) frame.show(model);
void model.start();
