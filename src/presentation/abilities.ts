/** What each ability is called: in the title of a question, and in a message that says what was tried. */
import { t } from './translate';

interface Words {
  title: string;
  attempt: string;
}

/** `name`: the object as messages speak of it, `queue 0x00001234`; of `create` the kind's word. */
const words: Record<string, (name: string) => Words> = {
  create: (name) => ({ title: name, attempt: t('create a {0}', name) }),
  inspect: (name) => ({ title: t('Look at {0}', name), attempt: t('look at {0}', name) }),
  peek: (name) => ({ title: t('Peek at {0}', name), attempt: t('peek at {0}', name) }),
  send: (name) => ({ title: t('Send to {0}', name), attempt: t('send to {0}', name) }),
  take: (name) => ({ title: t('Receive from {0}', name), attempt: t('receive from {0}', name) }),
  operate: (name) => ({ title: t('Operate on {0}', name), attempt: t('operate on {0}', name) }),
  hold: (name) => ({ title: t('Hold {0}', name), attempt: t('hold {0}', name) }),
  set: (name) => ({ title: t('Set a Value of {0}', name), attempt: t('set a value of {0}', name) }),
  setAll: (name) => ({ title: t('Set All Values of {0}', name), attempt: t('set the values of {0}', name) }),
  read: (name) => ({ title: t('Read {0}', name), attempt: t('read {0}', name) }),
  write: (name) => ({ title: t('Write to {0}', name), attempt: t('write to {0}', name) }),
  drainAndRestore: (name) => ({
    title: t('Drain and Restore {0}', name),
    attempt: t('drain and restore {0}', name),
  }),
  post: (name) => ({ title: t('Post {0}', name), attempt: t('post {0}', name) }),
  tryWait: (name) => ({ title: t('Lower {0}', name), attempt: t('lower {0}', name) }),
  wait: (name) => ({ title: t('Wait for {0}', name), attempt: t('wait for {0}', name) }),
  resize: (name) => ({ title: t('Resize {0}', name), attempt: t('resize {0}', name) }),
  talk: (name) => ({ title: t('Talk to {0}', name), attempt: t('talk to {0}', name) }),
  listen: (name) => ({ title: t('Listen on {0}', name), attempt: t('listen on {0}', name) }),
  lock: (name) => ({ title: t('Lock {0}', name), attempt: t('lock {0}', name) }),
  unlock: (name) => ({ title: t('Unlock {0}', name), attempt: t('unlock {0}', name) }),
  alterCapacity: (name) => ({
    title: t('Alter Capacity of {0}', name),
    attempt: t('alter the capacity of {0}', name),
  }),
  alter: (name) => ({ title: t('Alter {0}', name), attempt: t('alter {0}', name) }),
  signal: (name) => ({ title: t('Send Signal to {0}', name), attempt: t('send a signal to {0}', name) }),
  signalGroup: (name) => ({
    title: t('Send Signal to the Process Group of {0}', name),
    attempt: t('send a signal to the process group of {0}', name),
  }),
  destroy: (name) => ({ title: t('Destroy {0}', name), attempt: t('destroy {0}', name) }),
};

const other = (name: string): Words => ({ title: name, attempt: t('do that with {0}', name) });

/** The title of questions about an ability. */
export function titleOf(ability: string, name: string): string {
  return (words[ability] ?? other)(name).title;
}

/** What was tried, for `sentence`: `send to queue 0x00001234`. */
export function attemptOf(ability: string, name: string): string {
  return (words[ability] ?? other)(name).attempt;
}
