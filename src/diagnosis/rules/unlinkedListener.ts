/**
 * A listener whose file is gone: nobody finds it any more, though it goes on listening. Fires where no other listens there instead. Silent where one does: then a server was reloaded, and the old one serves the clients that it still has.
 */
import type { ObjectOf } from '../../protocol/kinds';
import { LISTENERS } from '../edges/streams';
import type { Rule } from '../finding';
import { partiesOf, refsOf } from '../waiters';

export const unlinkedListener: Rule<'unlinkedListener'> = {
  seconds: 0,
  cites: 'unix(7) "Pathname sockets", unlink(2)',
  find({ machine }) {
    const listeners = machine.chosen(LISTENERS);
    const isUnlinked = ({ flags }: ObjectOf<'unix'>) => flags.includes('unlinked');
    const found = new Set(listeners.filter((one) => !isUnlinked(one)).map(pathOf));
    return listeners
      .filter((one) => isUnlinked(one) && pathOf(one) !== undefined && !found.has(pathOf(one)))
      .map(({ ref, endpoints = [] }) => ({
        severity: 'note',
        subjects: [ref, ...refsOf(endpoints, machine)],
        parts: { listener: ref, holders: partiesOf(endpoints) },
      }));
  },
};

function pathOf({ name }: ObjectOf<'unix'>): string | undefined {
  return name.is === 'path' ? name.text : undefined;
}
