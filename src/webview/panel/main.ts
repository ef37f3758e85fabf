/** What the page of every object begins with. */
import { objectChannel } from '../../protocol/pages/object';
import type { Kind } from '../../protocol/ref';
import { host } from '../host';
import type { KindPanel } from '../kinds/plug';
import { Memory } from '../pageMemory';
import { openBus } from '../open';
import { Frame } from './frame';
import { PanelModel } from './model';

/** Makes the parts of the page of an object and says the first word. The entry of each kind calls it; absent: of a kind that this version does not know. */
export function objectPage<K extends Kind>(plug?: KindPanel<K>): void {
  const frame = document.querySelector<HTMLElement>('ipc-panel');
  const model = new PanelModel(openBus(frame, objectChannel), new Memory(host));
  // The host opens the entry of an object's own kind.
  if (frame instanceof Frame) frame.show(model, plug as KindPanel<Kind> | undefined);
  void model.start();
}
