/** The command that carries out each cure, with its own questions. */
import type { Cure } from '../../protocol/findings';
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
