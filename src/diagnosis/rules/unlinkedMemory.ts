/**
 * Much memory of /dev/shm without a name that one process alone has: no list of files shows it, and nobody else can come to it any more. Fires from 32 MiB on, and from a hundredth of /dev/shm on while that is nearly full. Silent on memfds and segments,
 * which are other kinds, and on programs whose way of work it is.
 */
import type { ObjectOf } from '../../protocol/kinds';
import type { Ground, Rule } from '../finding';
import { partiesOf, refsOf } from '../waiters';

/** Browsers, virtual machines, compositors and Java: they share such memory with children that come and go. */
const PROGRAMS =
  /^(chrom|firefox|Web|Isolated|Privileged|msedge|brave|opera|qemu|java|Xwayland|Xorg|kwin|gnome-shell|sway|weston)/;

const UNLINKED = {
  kind: 'posix.shm',
  has: ({ flags }: ObjectOf<'posix.shm'>) => flags.includes('unlinked'),
} as const;

export const unlinkedMemory: Rule<'unlinkedMemory'> = {
  seconds: 10,
  cites: 'shm_unlink(3)',
  find(ground) {
    const { machine } = ground;
    const least = leastOf(ground);
    return machine.chosen(UNLINKED).flatMap(({ ref, allocated = 0, writtenAt, endpoints = [] }) => {
      const [holder, ...others] = partiesOf(endpoints);
      if (Number(allocated) < least || !holder || others.length > 0) return [];
      if (PROGRAMS.test(machine.process(holder.pid)?.name ?? '')) return [];
      const hidden = machine.hides('endpoints', 'posix.shm', ref);
      return {
        severity: 'warning',
        ...(hidden && { proof: 'likely', doubts: ['hidden'] }),
        subjects: [ref, ...refsOf([holder], machine)],
        ...(writtenAt !== undefined && { since: writtenAt }),
        parts: { memory: ref, bytes: allocated, holder },
        cures: refsOf([holder], machine).map((end) => ({ is: 'end', ref: end })),
      };
    });
  },
};

/** From how many bytes on it is told. */
function leastOf({ machine, kept, thresholds: { unlinkedBytes, nearPercent, farPercent } }: Ground): number {
  const { used = 0, size = 0 } = machine.look.host?.usage['posix.shm'] ?? {};
  const share = Number(size) > 0 ? (Number(used) * 100) / Number(size) : 0;
  const scarce = kept.isOver('scarce /dev/shm', share, { come: nearPercent, go: farPercent });
  return scarce ? Math.min(unlinkedBytes, Math.max(Number(size) / 100, 1)) : unlinkedBytes;
}
