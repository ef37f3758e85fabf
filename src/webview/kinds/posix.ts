/** What the panels of POSIX queues, semaphores and shared memory objects share. */
import type { ObjectOf } from '../../protocol/kinds';
import type { Maker } from '../../protocol/kinds/posix';
import type { PanelState } from '../../protocol/panels';
import type { PosixKind } from '../../protocol/ref';
import { modeNumber, modeText, visible } from '../../presentation/text';
import { ownerText } from '../format/names';
import { holderText } from '../format/process';
import type { Fact } from '../parts/factTable';
import { number, t } from '../strings';

type PosixObject = ObjectOf<PosixKind>;

/** `/jobs`; of one whose name is gone `unlinked, python3 (4312) and 3 more`. */
export function posixName(object: PosixObject, { processes }: PanelState): string {
  const { name, flags, endpoints = [], inode } = object;
  if (!flags.includes('unlinked')) return visible(name ?? t('inode {0}', inode), 255);
  const holders = new Map(
    endpoints.filter(({ role }) => role !== 'waiter').map((end) => [`${end.pid} ${end.startTime}`, end]),
  );
  const [first, ...more] = [...holders.values()].sort((a, b) => a.pid - b.pid);
  if (!first) return t('unlinked, inode {0}', inode);
  const { label } = holderText(first, processes);
  return more.length === 0
    ? t('unlinked, {0}', label)
    : t('unlinked, {0} and {1} more', label, number(more.length));
}

/** Name, state, owner, mode, device, inode. */
export function posixFacts({ name, flags, owner, mode, device, inode }: PosixObject): Fact[] {
  return [
    { name: t('Name'), value: name === undefined ? t('none that any process shows') : visible(name) },
    ...(flags.includes('unlinked')
      ? [{ name: t('State'), value: t('unlinked: its name is gone, it lives while somebody has it') }]
      : []),
    ...(flags.includes('elsewhere')
      ? [{ name: t('Place'), value: t('in the /dev/shm of another mount namespace') }]
      : []),
    { name: t('Owner'), value: owner ? ownerText(owner) : t('hidden'), field: 'st_uid, st_gid' },
    {
      name: t('Mode'),
      value: mode === undefined ? t('hidden') : `${modeText(mode)} (${modeNumber(mode)})`,
      field: 'st_mode',
    },
    { name: t('Device'), value: device, field: 'st_dev' },
    { name: t('Inode'), value: inode, field: 'st_ino' },
  ];
}

/** Who made it, as far as its name tells. */
export function makerText({ program, pid, now }: Maker): string {
  const known = visible(program, 80);
  if (pid === undefined) return known;
  return now === 'gone'
    ? t('{0}, process {1}, which has ended', known, pid)
    : t('{0}, process {1}', known, pid);
}
