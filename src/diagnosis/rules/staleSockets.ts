/**
 * Files of sockets that nobody is bound to any more: whoever connects is refused, and whoever binds there fails (EADDRINUSE). One note for all. Fires where that was looked for in every network namespace. Silent where one may be hidden, and on
 * those that VS Code leaves behind at every start.
 */
import type { ObjectOf } from '../../protocol/kinds';
import type { Rule } from '../finding';

/** Files that are named; of more only their number. */
const NAMED_MOST = 20;
const OF_VSCODE = /\/(?:vscode|code-server)-[^/]*\.sock$/;

const STALE = { kind: 'unix', has: isStale } as const;

export const staleSockets: Rule<'staleSockets'> = {
  seconds: 0,
  cites: 'unix(7) "Pathname sockets"',
  find({ machine }) {
    const files = machine.chosen(STALE);
    if (files.length === 0) return [];
    const refs = files.slice(0, NAMED_MOST).map(({ ref }) => ref);
    return [
      {
        severity: 'note',
        subjects: refs,
        parts: { files: refs, number: files.length },
        cures: refs.map((ref) => ({ is: 'destroy', ref })),
      },
    ];
  },
};

function isStale({ flags, name }: ObjectOf<'unix'>): boolean {
  return flags.includes('stale') && name.is === 'path' && !OF_VSCODE.test(name.text);
}
