/** The entry of every panel's page: makes the parts and says the first word. */
import { Bus } from '../bus';
import { host } from '../host';
import { registerControls } from '../toolkit';
import { Frame } from './frame';
import { Memory } from './memory';
import { PanelModel } from './model';

registerControls();
const bus = new Bus({
  post: (envelope) => host.postMessage(envelope),
  listen: (heard) => addEventListener('message', (event) => heard(event.data)),
});
const model = new PanelModel(bus, new Memory(host));
const frame = document.querySelector('ipc-panel');
if (frame instanceof Frame) frame.show(model);
void model.start();
