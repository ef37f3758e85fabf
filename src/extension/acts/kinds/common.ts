/** What several kinds say alike of their acts. */
import { fromBytes } from '../../../protocol/bytes';
import type { ObjectOf, ParametersOf, ResultOf } from '../../../protocol/kinds';
import { ownerOf } from '../../../protocol/losses';
import type { PosixKind, SysvKind } from '../../../protocol/ref';
import { type Access, accessTo, type Alteration, altered, fileAccessTo } from '../../../protocol/rights';
import { copyOf } from '../../../presentation/copying';
import { nameOf } from '../../../presentation/kinds';
import type { FileMemory } from '../../../presentation/kinds/memoryUsers';
import { actTitles } from '../../../presentation/shared';
import { t } from '../../../presentation/translate';
import { exactOwner, type Find, grouped, momentText, size, userText } from '../../../presentation/values';
import { oneLine } from '../../ui/foreign';
import { actingUser } from '../../model/actor';
import { finder, hiddenText, mappersText } from '../consequences';
import type { ActContext } from '../context';
import { type Done, type KindAct, type Outcome, type Question, says } from './kindActs';

type Creatable = SysvKind | PosixKind | 'fifo';

/** Makes an object, and shows it. */
export function creating<K extends Creatable>(kind: K): KindAct<K, 'create'> {
  return {
    async run(context, _object, parameters) {
      // The contract has checked that they are those of its kind.
      const asked = parameters as ParametersOf<Creatable, 'create'>;
      const made = await context.helper.act<Creatable, 'create'>(kind, 'create', asked);
      const inspected = context.helper.act<Creatable, 'inspect'>(kind, 'inspect', { ref: made.ref });
      const home = await inspected.catch(() => undefined);
      return { result: made, home };
    },
    report({ ask, inventory, panels }, { outcome }) {
      const { result, home } = outcome as Outcome<ResultOf<Creatable, 'create'>>;
      if (!home) return;
      panels.show(home, { keep: false, preserveFocus: false });
      if ('existed' in result && result.existed)
        void ask.tell(
          'info',
          t('{0} was there already. Nothing of it was changed.', nameOf(home, inventory.process)),
        );
    },
  };
}

type Alterable = SysvKind | 'posix.mq';

/** Asks only where the user would lose something by it. */
export const altering = {
  confirm: (context: ActContext, object: ObjectOf<Alterable>, alteration: Alteration) =>
    Promise.resolve(alterQuestion(context, object, alteration)),
  report: says((name) => t('Altered {0}.', name)),
};

function alterQuestion(
  context: ActContext,
  object: ObjectOf<Alterable>,
  alteration: Alteration,
): Question | undefined {
  const { owner, mode } = object;
  if (!owner || mode === undefined) return undefined;
  const permissions = { owner, mode, creator: 'creator' in object ? object.creator : owner };
  const me = actingUser(context.inventory);
  const access = 'creator' in object ? accessTo : fileAccessTo;
  const lost = lostAccess(access(permissions, me), access(altered(permissions, alteration), me));
  if (lost.length === 0) return undefined;
  return {
    question: t('Alter {0}?', nameOf(object, context.inventory.process)),
    detail: [t('Owner now: {0}.', exactOwner(owner)), ...lost],
    verb: t('Alter'),
  };
}

function lostAccess(before: Access, after: Access): string[] {
  return [
    ...(before.read && !after.read ? [t('You could read it, and then no more.')] : []),
    ...(before.write && !after.write ? [t('You could write it, and then no more.')] : []),
    ...(before.control && !after.control
      ? [t('You could alter and destroy it, and then only its new owner or root can.')]
      : []),
  ];
}

/** The question before bytes are written into memory. */
export function writeQuestion(
  { inventory }: ActContext,
  object: ObjectOf<'sysv.shm' | 'posix.shm' | 'mapping'>,
  { offset, content }: Pick<ParametersOf<'mapping', 'write'>, 'offset' | 'content'>,
  detail: readonly string[],
): Question {
  const bytes = size(fromBytes(content).length);
  const name = nameOf(object, inventory.process);
  return {
    question: t('Write {0} at offset {1} of {2}?', bytes, grouped(offset), name),
    detail,
    verb: actTitles.write(),
  };
}

/** Writing into memory that is a file. */
export const writingFile = {
  page: true,
  async confirm(
    context: ActContext,
    memory: FileMemory,
    written: ParametersOf<'mapping', 'write'>,
  ): Promise<Question> {
    const { find, blind } = await finder(context, [memory]);
    return writeQuestion(context, memory, written, [
      mappersText(memory, find),
      t('They see the new bytes at once. What stood there is replaced.'),
      ...(memory.kind === 'mapping' && memory.what === 'file' ? [t('The file on disk changes too.')] : []),
      ...hiddenText(blind, [memory]),
    ]);
  },
  report: says((name) => t('Wrote to {0}.', name)),
} as const;

/** The buffer of a pipe or FIFO becomes larger or smaller. */
export const alteringCapacity = {
  page: true,
  report: says((name) => t('Altered the capacity of {0}.', name)),
} as const;

/** Its page looks by itself. */
export const looking = { page: true, opens: true } as const;

/** A message was sent. */
export function reportSent(
  { ask }: ActContext,
  { name, outcome: { result }, after }: Done<unknown, unknown, { bytes: number }>,
): void {
  ask.tellBriefly(
    after === undefined
      ? t('Sent {0} bytes to {1}.', result.bytes, name)
      : t('Sent {0} to {1} after {2}.', size(result.bytes), name, after),
  );
}

/** A message was taken: the history in the panel of its queue shows it. `said`: where it came in the background. */
export function reportTaken(
  { ask, panels }: ActContext,
  queue: ObjectOf<'sysv.msg' | 'posix.mq'>,
  said: string | undefined,
): void {
  const shown = () => panels.show(queue, { keep: false, preserveFocus: false });
  if (said === undefined) shown();
  else if (!panels.shows(queue.ref)) {
    const show = t('Show');
    // Nobody waits for the answer.
    void ask.tell('info', said, show).then((answer) => {
      if (answer === show) shown();
    });
  }
}

/** Which System V object it is. */
export function whichSysv(object: ObjectOf<SysvKind>, find: Find, named: boolean): string {
  const owner = userText(object.owner);
  return named
    ? t('{0}, #{1}, owner {2}', nameOf(object, find), object.id, owner)
    : t('Id {0}, owner {1}, changed {2}.', object.id, owner, momentText(object.changedAt));
}

/** Which POSIX object it is. */
export function whichPosix(object: ObjectOf<PosixKind>, find: Find, named: boolean): string {
  const owner = ownerText(object);
  return named ? t('{0}, owner {1}', nameOf(object, find), owner) : t('Owner {0}.', owner);
}

/** Which file of a FIFO or socket it is. */
export function whichFile(object: ObjectOf<'fifo' | 'unix'>, find: Find, named: boolean): string {
  const owner = ownerText(object);
  const id = oneLine(copyOf(object, 'id')?.text ?? '');
  return named ? t('{0}, {1}, owner {2}', nameOf(object, find), id, owner) : t('{0}, owner {1}.', id, owner);
}

function ownerText(object: ObjectOf<PosixKind | 'fifo' | 'unix'>): string {
  const owner = ownerOf(object);
  return owner ? userText(owner) : t('hidden');
}

/** Who made a System V object: with namespace and id it proves that it is still the same one. */
export function creatorOf({ creator }: ObjectOf<SysvKind>) {
  return { cuid: creator.uid, cgid: creator.gid };
}

/** Whose history it is in. */
export function originOf(
  { helper }: ActContext,
  object: ObjectOf<'sysv.msg' | 'posix.mq' | 'fifo'>,
  name: string,
) {
  return { ref: object.ref, bootId: helper.bootId, name };
}
