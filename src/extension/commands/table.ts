/** Which command is for which ability, and where it stands: commands, menus and package.json are made of this. Needs no VS Code. */
import type { AbilityOf } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import type { ActOf } from '../acts/kinds/kindActs';
import type { COMMANDS } from '../ids';

export type CommandName = keyof typeof COMMANDS;

/** The kinds that have an ability. */
type KindThat<A extends string> = { [K in Kind]: A extends AbilityOf<K> ? K : never }[Kind];
type AnyAbility = { [K in Kind]: ActOf<K> }[Kind];
/** These make something new: no row stands for it. */
type Making = 'create' | 'listen';

export interface Verb {
  command: CommandName;
  /** The group of a row's menu. */
  group: '2_act' | '3_alter' | '9_destroy';
  /** Where these alone are offered it; the page of the others does it by itself. */
  kinds?: readonly Kind[];
}

/** The verb of each ability, in the order of the menus; a forgotten one does not compile. */
export const VERBS: Readonly<Record<Exclude<AnyAbility, Making>, Verb>> = {
  send: { command: 'send', group: '2_act' },
  talk: { command: 'talk', group: '2_act' },
  operate: { command: 'operate', group: '2_act' },
  hold: { command: 'hold', group: '2_act' },
  set: { command: 'setValue', group: '2_act' },
  setAll: { command: 'setAll', group: '2_act' },
  post: { command: 'post', group: '2_act' },
  tryWait: { command: 'tryWait', group: '2_act' },
  wait: { command: 'waitFor', group: '2_act' },
  write: { command: 'write', group: '2_act' },
  read: { command: 'read', group: '2_act', kinds: ['fifo'] },
  peek: { command: 'peek', group: '2_act' },
  take: { command: 'receive', group: '2_act' },
  drainAndRestore: { command: 'drainAndRestore', group: '2_act' },
  resize: { command: 'resize', group: '3_alter' },
  alter: { command: 'alter', group: '3_alter' },
  alterCapacity: { command: 'alterCapacity', group: '3_alter' },
  lock: { command: 'lock', group: '3_alter' },
  unlock: { command: 'unlock', group: '3_alter' },
  destroy: { command: 'destroy', group: '9_destroy' },
};

/** What can be done with a process, in the order of the menus. */
export const PROCESS_VERBS = [
  'sendSignal',
  'signalGroup',
  'continueProcess',
  'endProcess',
] as const satisfies readonly CommandName[];

/** What makes an object of each kind that can be made. */
export const CREATE: Readonly<Record<KindThat<'create'>, CommandName>> = {
  'sysv.msg': 'createQueue',
  'sysv.sem': 'createSet',
  'sysv.shm': 'createSegment',
  fifo: 'createFifo',
  'posix.mq': 'createMq',
  'posix.sem': 'createSemaphore',
  'posix.shm': 'createMemory',
};
