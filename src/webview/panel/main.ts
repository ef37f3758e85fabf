/** The entry of every panel's page: makes the parts and says the first word. */
import { Bus } from '../bus';
import { host } from '../host';
import { registerControls } from '../toolkit';
import { Frame } from './frame';
import { Memory } from './memory';
import { PanelModel } from './model';

registerControls();
const frame = document.querySelector<HTMLElement>('ipc-panel');
const bus = new Bus(
  {
    post: (envelope) => host.postMessage(envelope),
    listen: (heard) => addEventListener('message', (event) => heard(event.data)),
  },
  frame?.dataset.page ?? '',
);
const model = new PanelModel(bus, new Memory(host));
if (frame instanceof Frame) frame.show(model);
void model.start();
