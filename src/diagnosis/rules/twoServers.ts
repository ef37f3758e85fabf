/**
 * Two servers of one path: the later one took the file of the earlier one away and listens in its place; no client finds the earlier one any more. Fires where they have nothing to do with each other. Silent on a reload, where the old one serves the clients that it
 * still has or is a relative of the new one, and in other mount namespaces, where the same path is another file.
 */
import type { ObjectOf } from '../../protocol/kinds';
import { LISTENERS } from '../edges/streams';
import type { RuleMatch, Rule } from '../finding';
import type { Machine } from '../machine';
import { partiesOf, refsOf } from '../waiters';

export const twoServers: Rule<'twoServers'> = {
  seconds: 10,
  cites: 'unix(7) "Pathname sockets", unlink(2)',
  find({ machine }) {
    const listeners = machine.chosen(LISTENERS);
    const found = new Map<string, ObjectOf<'unix'>>();
    for (const one of listeners) if (!isUnlinked(one)) found.set(placeOf(one), one);
    return listeners.filter(isUnlinked).flatMap((old) => {
      const other = found.get(placeOf(old));
      return other && old.name.is === 'path' ? foundAt(old, other, machine) : [];
    });
  },
};

function foundAt(
  old: ObjectOf<'unix'>,
  other: ObjectOf<'unix'>,
  machine: Machine,
): RuleMatch<'twoServers'>[] {
  const [holders, others] = [partiesOf(old.endpoints ?? []), partiesOf(other.endpoints ?? [])];
  if (holders.length === 0 || others.length === 0 || (old.connections ?? 0) > 0) return [];
  const related = holders.some(({ pid }) => others.some((one) => areRelated(pid, one.pid, machine)));
  if (related) return [];
  return [
    {
      severity: 'note',
      subjects: [old.ref, other.ref, ...refsOf([...holders, ...others], machine)],
      parts: { listener: old.ref, other: other.ref, holders, others },
    },
  ];
}

/** One descends from the other: a server that replaces itself. */
function areRelated(one: number, other: number, machine: Machine): boolean {
  return (
    one === other || machine.ancestorsOf(one).includes(other) || machine.ancestorsOf(other).includes(one)
  );
}

function isUnlinked({ flags }: ObjectOf<'unix'>): boolean {
  return flags.includes('unlinked');
}

/** By network namespace and path: another namespace mostly has another file of this path. */
function placeOf({ name, network }: ObjectOf<'unix'>): string {
  return name.is === 'path' ? `${network ?? ''} ${name.text}` : '';
}
