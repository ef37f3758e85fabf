/** The entry of the page Why. */
import { whyChannel } from '../../protocol/pages/why';
import { host } from '../host';
import { Memory } from '../pageMemory';
import { openBus } from '../open';
import { WhyModel } from './model';
import { WhyFrame } from './page';

const frame = document.querySelector<HTMLElement>('ipc-panel');
const model = new WhyModel(openBus(frame, whyChannel), new Memory(host));
if (frame instanceof WhyFrame) frame.show(model);
void model.start();
