/** The command that carries out each cure, with its own questions. */
import type { Cure } from '../../protocol/findings';
import type { Thing } from '../../protocol/kinds';
import { SIGNALS } from '../../protocol/signals';
import { COMMANDS, type CommandId } from '../ids';

/** Undefined where there is no command yet. */
export const CURES: Readonly<Record<Cure['is'], (cure: Cure) => CommandId | undefined>> = {
  enlarge: () => COMMANDS.alterCapacity,
  add: () => COMMANDS.operate,
  openOther: (cure) =>
    cure.is === 'openOther' && cure.direction === 'read' ? COMMANDS.read : COMMANDS.write,
  send: () => COMMANDS.send,
  destroy: () => COMMANDS.destroy,
  continue: () => COMMANDS.continueProcess,
  debug: () => undefined,
  end: () => COMMANDS.endProcess,
};

/** Those that can be carried out. */
export const DOABLE: readonly Cure['is'][] = [
  'enlarge',
  'continue',
  'add',
  'openOther',
  'send',
  'end',
  'destroy',
];

/** What the command need not ask, since the cure says it. */
export function givenBy(cure: Cure): Readonly<Record<string, unknown>> {
  if (cure.is !== 'add') return {};
  const { number, change } = cure;
  // To raise it waits for nobody.
  return { operations: [{ number, change }], wait: false };
}

/** An act, and what it need not ask. */
export interface Undo {
  ability: string;
  given: Readonly<Record<string, unknown>>;
}

/** What takes a cure back; undefined where nothing does. `before`: whom or what it was done to, as it was then. */
export function undoOf(cure: Cure, before: Thing): Undo | undefined {
  switch (cure.is) {
    case 'enlarge': {
      const capacity = 'capacity' in before ? before.capacity : undefined;
      return capacity === undefined ? undefined : { ability: 'alterCapacity', given: { capacity } };
    }
    case 'add': {
      const { number, change } = cure;
      return { ability: 'operate', given: { operations: [{ number, change: -change }], wait: false } };
    }
    case 'continue':
      return {
        ability: 'signal',
        given: { signal: SIGNALS.SIGSTOP, tid: undefined, value: undefined },
      };
    // What was sent, read, written, ended or removed is nobody's to take back.
    default:
      return undefined;
  }
}
