/**
 * Alone at a FIFO: it waits in the open until somebody opens it the other way. A writer: warning; a reader: note, since servers wait so. Silent while it is young: a reader in a loop comes back again and again.
 */
import type { RuleMatch, Rule } from '../finding';
import type { Verdict } from '../verdict';
import { refsOf, sinceOne, waitersOf } from '../waiters';

export const waitsForOpener: Rule<'waitsForOpener'> = {
  seconds: 5,
  cites: 'fifo(7)',
  find: ({ outward, waiting, machine }) => [
    ...outward.filter(isHidden).map((one): RuleMatch<'waitsForOpener'> => {
      const openers = waitersOf([one]);
      return {
        ...{ severity: 'note', proof: 'likely', doubts: ['uncertain'] },
        ...{ subjects: refsOf(openers, machine), ...sinceOne(openers), parts: { openers } },
      };
    }),
    ...waiting.each('path').flatMap(([fifo, opens]): RuleMatch<'waitsForOpener'>[] => {
      const direction = directionOf(opens[0]);
      if (!direction) return [];
      const openers = waitersOf(opens);
      const sure = openers.every(({ wait }) => wait.certain);
      return [
        {
          severity: direction === 'write' ? 'warning' : 'note',
          ...(sure ? {} : { proof: 'likely', doubts: ['uncertain'] }),
          subjects: [fifo, ...refsOf(openers, machine)],
          ...sinceOne(openers),
          parts: { openers, fifo, direction },
          cures: [{ is: 'openOther', ref: fifo, direction: direction === 'write' ? 'read' : 'write' }],
        },
      ];
    }),
  ],
};

/** Nothing else waits so in an open (wait_for_partner in fs/pipe.c); which FIFO, and which way, is hidden. */
function isHidden({ wait }: Verdict): boolean {
  return wait?.call === 'open' && wait.on.is === 'unknown';
}

function directionOf(verdict: Verdict | undefined): 'read' | 'write' | undefined {
  return verdict?.wait?.on.is === 'path' ? verdict.wait.on.direction : undefined;
}
