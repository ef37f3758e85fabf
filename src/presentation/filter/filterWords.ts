/** What is typed into a filter, as what it means. Pure. */
import { parseSize } from '../parse';
import { kindViews } from '../kinds';
import { t } from '../translate';
import { KINDS, type Kind } from '../../protocol/ref';

/** What a filter asks for; each part that is there narrows it. */
export interface Asked {
  waits: boolean;
  wrong: boolean;
  mine: boolean;
  /** One of these. */
  kinds?: ReadonlySet<Kind>;
  /** One of these. */
  pids?: ReadonlySet<number>;
  /** More than so many bytes. */
  over?: number;
  /** Each of these stands in it; in small letters. */
  texts: readonly string[];
}

/** Words that stand for themselves. */
const PLAIN = ['waits', 'wrong', 'mine'] as const;
export type PlainWord = (typeof PLAIN)[number];

/** Names that people give to several kinds. */
const FAMILIES: Readonly<Record<string, readonly Kind[]>> = {
  queue: ['sysv.msg', 'posix.mq'],
  semaphore: ['sysv.sem', 'posix.sem'],
  memory: ['sysv.shm', 'posix.shm', 'mapping'],
  socket: ['unix', 'inet'],
};

/** What `kind:` takes: families, and the names that the kinds have on the command line. */
export const KIND_WORDS: readonly string[] = [...Object.keys(FAMILIES), ...KINDS];

/** A word that means nothing, and what would. */
export class Misread {
  constructor(readonly why: string) {}
}

/** Words are parted by spaces; in double quotes they are text, whatever they are. */
export function parseFilter(typed: string): Asked | Misread {
  const asked = { waits: false, wrong: false, mine: false };
  const kinds = new Set<Kind>();
  const pids = new Set<number>();
  const texts: string[] = [];
  let over: number | undefined;
  for (const [, quoted, word = ''] of typed.matchAll(/"([^"]*)"?|(\S+)/g)) {
    if (quoted !== undefined) {
      if (quoted !== '') texts.push(quoted.toLowerCase());
      continue;
    }
    const small = word.toLowerCase();
    if (isPlain(small)) asked[small] = true;
    else if (small.startsWith('kind:')) {
      const meant = kindsOf(small.slice('kind:'.length));
      if (!meant) return new Misread(t('"kind:" takes one of {0}.', KIND_WORDS.join(', ')));
      for (const kind of meant) kinds.add(kind);
    } else if (small.startsWith('pid:')) {
      const digits = small.slice('pid:'.length);
      if (!/^\d{1,9}$/.test(digits))
        return new Misread(t('"pid:" takes the number of a process, as pid:42.'));
      pids.add(Number(digits));
    } else if (small.startsWith('>')) {
      const bytes = parseSize(small.slice(1));
      if (bytes === undefined) return new Misread(t('">" takes a size, as >1M or >64KiB.'));
      over = Math.max(over ?? 0, bytes);
    } else texts.push(small);
  }
  return {
    ...asked,
    ...(kinds.size > 0 && { kinds }),
    ...(pids.size > 0 && { pids }),
    ...(over !== undefined && { over }),
    texts,
  };
}

function isPlain(word: string): word is PlainWord {
  return (PLAIN as readonly string[]).includes(word);
}

function kindsOf(name: string): readonly Kind[] | undefined {
  const kinds = KINDS.filter((kind) => kind === name || kindViews[kind].word.toLowerCase() === name);
  if (Object.hasOwn(FAMILIES, name)) return FAMILIES[name];
  return kinds.length > 0 ? kinds : undefined;
}

/** What was stored may be of another version: what means nothing is text. */
export function askedBy(typed: string): Asked {
  const asked = parseFilter(typed);
  if (!(asked instanceof Misread)) return asked;
  return { waits: false, wrong: false, mine: false, texts: typed.toLowerCase().split(/\s+/).filter(Boolean) };
}

/** Each word with what it shows, as the box offers them; the last are beginnings. */
export function wordsOffered(): { word: string; shows: string }[] {
  return [
    { word: 'wrong', shows: t('what something is wrong with') },
    { word: 'waits', shows: t('what somebody waits for, and who waits') },
    { word: 'mine', shows: t('of mine, and what my processes have') },
    { word: 'kind:', shows: t('of a kind, as kind:pipe') },
    { word: 'pid:', shows: t('of a process, as pid:42') },
    { word: '>', shows: t('larger than that, as >1M') },
  ];
}
