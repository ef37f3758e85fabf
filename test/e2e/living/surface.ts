/** What the living test looks at: views and panels, each a small plug. A new view is one more. */
import type { Snapshot } from '../../../src/protocol/snapshot';
import type { Workbench } from '../driver';
import type { Dice } from './dice';

/** A row or a figure as it is read, or as it ought to read. `path`: what it stands under, from the top on. */
export interface Line {
  path: string;
  text: string;
}

export interface Surface {
  /** As the trace calls it. */
  readonly name: string;
  /** Whether the user sees it now. */
  visible(window: Workbench): Promise<boolean>;
  /** Everything that it shows, read in one go. */
  read(window: Workbench): Promise<Line[]>;
  /** What of it ought to be shown after this snapshot, given what is shown: what is folded is nobody's business. */
  expected(snapshot: Snapshot, shown: readonly Line[]): Line[];
  /** Something that a user does to it, at random. What it answers is printed. */
  readonly moves: readonly ((window: Workbench, dice: Dice) => Promise<string>)[];
}

/** Text without what only disarms it. */
export function seen(text: string): string {
  return text.replaceAll(/[\u200b\u2060]/g, '').replaceAll('\u00a0', ' ');
}

/** The helper of this window goes by our name, that of another one by the process's. */
const [OWN, HELPER] = ['IPC Inspector', 'ipc-inspector'];
const plain = (text: string) => text.replaceAll(OWN, HELPER);

/** Lines that are shown, with our helper under the name that a snapshot has for it. */
export function plainlyNamed(lines: readonly Line[]): Line[] {
  return lines.map(({ path, text }) => ({ path: plain(path), text: plain(text) }));
}

/**
 * What a snapshot that begins now cannot know is not compared: mappings that were shared a moment ago, which who looks all the time remembers. Nor are
 * processes that have nothing: the test's own tools come and go. Whether a process that is not ours runs or sleeps at a moment, and in what, is nobody's business: VS Code
 * works while it is looked at, and draws after each look of its own helper, so that the two are never at rest together.
 */
export function comparable(lines: readonly Line[], owns: (text: string) => boolean): Line[] {
  const aside = /(^|\/)Shared mappings($|\/| \|)|^[\d,]+ process(es)? without any of these objects/;
  // Of all kinds, and so of these mappings too.
  const counted = /[\d,]+ of [\d,]+ shown/g;
  const uncounted = /(, )?mapping( x[\d,]+)?|(; )?[\d,]+ process(es)? without any of these objects.*shown/g;
  return lines
    .filter(({ path, text }) => !aside.test(path) && !aside.test(text))
    .map(({ path, text }) => ({
      path: plain(path),
      text: steady(
        unmarked(plain(text)).replaceAll(uncounted, '').replaceAll(counted, 'shown'),
        owns(path) || owns(text),
      ),
    }))
    .filter(({ text }) => text !== '');
}

/** What a row says first where something is wrong with it: what is wrong is looked at by looks of their own, which a snapshot does not make. */
const TITLES = [
  ...[
    'Backlog full',
    'Datagrams dropped',
    'Deadlock of [\\d,]+',
    'Signal blocked',
    'No end of file',
    'Lock owner ended',
  ],
  ...[
    'Only grows',
    'Limit near',
    'Lock held by an heir',
    'No such message',
    'Full, not read',
    'Orphaned memory',
  ],
  ...[
    'Waits for itself',
    'Queue full',
    'Last user ended',
    'Stale socket files?',
    'Peer is \\w+',
    'Two servers on one path',
  ],
  ...['Unlinked listener', 'Memory without a name', 'Alone at a FIFO', 'Writable by others', 'Zombies'],
  ...['[\\d,]+ wrong', '1 note', '[\\d,]+ notes'],
];
const MARK = new RegExp(`^(?:${TITLES.join('|')})(?: · |$)`);
/** A row has four parts; with a mark one less of what stands behind. */
const PARTS = 3;

/** Without the mark, and without what the mark may push out. */
function unmarked(text: string): string {
  const at = text.indexOf(' | ');
  if (at < 0) return text.replace(MARK, '');
  const rest = text
    .slice(at + 3)
    .replace(MARK, '')
    .split(' · ')
    .slice(0, PARTS)
    .join(' · ');
  return [text.slice(0, at), rest].filter(Boolean).join(' | ');
}

const MOMENTARY = /^(?:waits|blocked) in /;

function steady(text: string, own: boolean): string {
  if (own) return text;
  const [label = '', ...rest] = text.split(' | ');
  // The row beneath a process that says in what it waits.
  if (label === 'Waits') return '';
  const parts = rest.join(' | ').split(' · ');
  const kept = parts.filter((part) => !MOMENTARY.test(part)).join(' · ');
  return [label, kept]
    .filter(Boolean)
    .join(' | ')
    .replace(/^State \| running \(R\)$/, 'State | sleeping (S)');
}

/** What stands under what. */
export const under = (path: string, label: string) => `${path}/${label}`;
