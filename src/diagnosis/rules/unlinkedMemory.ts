/**
 * Much memory of /dev/shm without a name that one process alone has: no list of files shows it, and nobody else can come to it any more. Fires from 32 MiB on. Silent on memfds and segments, which are other kinds, and on programs whose
 * way of work it is.
 */
import type { ObjectOf } from '../../protocol/kinds';
import type { Rule } from '../finding';
import { partiesOf, refsOf } from '../waiters';

/** Bytes. */
const MUCH = 32 * 1024 * 1024;
/** Browsers, virtual machines, compositors and Java: they share such memory with children that come and go. */
const PROGRAMS =
  /^(chrom|firefox|Web|Isolated|Privileged|msedge|brave|opera|qemu|java|Xwayland|Xorg|kwin|gnome-shell|sway|weston)/;

export const unlinkedMemory: Rule<'unlinkedMemory'> = {
  seconds: 10,
  cites: 'shm_unlink(3)',
  find: ({ machine }) =>
    machine.of('posix.shm').flatMap((memory) => {
      const { ref, allocated, writtenAt, endpoints = [] } = memory;
      const [holder, ...others] = partiesOf(endpoints);
      if (!isLarge(memory) || allocated === undefined || !holder || others.length > 0) return [];
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
    }),
};

function isLarge({ flags, allocated = 0 }: ObjectOf<'posix.shm'>): boolean {
  return flags.includes('unlinked') && Number(allocated) >= MUCH;
}
