/** How every page begins to talk with the host. */
import type { Channel } from '../protocol/pages/channel';
import { Bus } from './bus';
import { host } from './host';

/** The bus of the page whose frame this is: the host has written there by which name it knows it. */
export function openBus<C extends Channel>(frame: HTMLElement | null, channel: C): Bus<C> {
  const port = {
    post: (envelope: unknown) => host.postMessage(envelope),
    listen: (heard: (data: unknown) => void) =>
      addEventListener('message', (event: MessageEvent<unknown>) => heard(event.data)),
  };
  return new Bus(port, frame?.dataset.page ?? '', channel);
}
