/** Who waits on an object, as the kernel shows it: process, and what for. Our own acts stand in a part of their own. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import { visible } from '../../presentation/text';
import { waitWords } from '../../presentation/waits';
import type { PanelState } from '../../protocol/panels';
import { number, t } from '../strings';
import { type HiddenWords, hiddenSentence } from './hidden';
import { holderProcess } from './past';

/** Waiting threads that are named in one list; of more only the number. */
const MOST = 50;

/** A thread that waits. `what`: in the notation of the man pages. */
interface Waiter {
  end: Endpoint;
  call: string;
  tid: number;
  what: string;
}

/** One list of waiters: its title, and the calls that belong to it. */
interface Side {
  title: string;
  /** `rest`: those that belong to no other list. */
  calls: readonly string[] | 'rest' | 'all';
}

const sides: Readonly<Record<IpcObject['kind'], () => Side[]>> = {
  'sysv.msg': () => [
    { title: t('Wait to send'), calls: ['msgsnd'] },
    { title: t('Wait to receive'), calls: ['msgrcv'] },
  ],
  'sysv.sem': () => [{ title: t('Wait'), calls: ['semop', 'semtimedop'] }],
  // Nobody can wait on memory.
  'sysv.shm': () => [],
  'posix.mq': () => [
    { title: t('Wait to send'), calls: ['mq_timedsend'] },
    { title: t('Wait to receive'), calls: ['mq_timedreceive'] },
    { title: t('Wait in another call'), calls: 'rest' },
  ],
  'posix.sem': () => [{ title: t('Wait'), calls: 'all' }],
  // Who sleeps on a place in memory stands in their own part.
  'posix.shm': () => [],
  mapping: () => [],
  // Their panels show both sides, each holder with what it waits for.
  pipe: () => [],
  fifo: () => [],
  unix: () => [],
  inet: () => [],
};

/** The lists of an object; nothing for a kind on which nobody can wait. */
export function waiters(object: IpcObject, state: PanelState): TemplateResult | typeof nothing {
  const lists = sides[object.kind]();
  if (lists.length === 0) return nothing;
  const { endpoints } = object;
  const hidden = hiddenSentence(state.hiddenProcesses, hiddenWords());
  const all = (endpoints ?? []).filter(({ own }) => own !== true).flatMap(waitersOf);
  const operations = lists.some(({ calls }) => Array.isArray(calls) && calls.includes('semop'));
  return html`<section class="waiters steady" aria-label=${t('Who waits')}>
    ${lists.map(({ title, calls }) => {
      const here = all.filter(({ call }) => belongs(call, calls, lists));
      return html`<div tabindex="0" role="group" aria-label=${title}>
        <h2>${here.length > 0 ? t('{0} ({1})', title, number(here.length)) : title}</h2>
        ${here.length > 0 ? list(here, state) : html`<p class="dim">${nobody(endpoints, state)}</p>`}
      </div>`;
    })}
    ${
      operations
        ? html`<p class="note dim">
            ${t('[2] -1: take 1 from semaphore 2; [2] 0: until it is zero; undo: given back when the process ends')}
          </p>`
        : nothing
    }
    ${endpoints && hidden !== undefined ? html`<p class="note dim">${hidden}</p>` : nothing}
  </section>`;
}

function belongs(call: string, calls: Side['calls'], lists: readonly Side[]): boolean {
  if (calls === 'all') return true;
  if (calls !== 'rest') return calls.includes(call);
  return !lists.some((list) => Array.isArray(list.calls) && list.calls.includes(call));
}

function waitersOf(end: Endpoint): Waiter[] {
  return (end.waits ?? []).map((wait) => ({
    end,
    call: wait.call,
    tid: wait.tid,
    what: visible(waitWords(wait).join(', ')),
  }));
}

function list(all: readonly Waiter[], { processes }: PanelState): TemplateResult {
  const rest = all.length - MOST;
  return html`<ul>
    ${all.slice(0, MOST).map(
      ({ end, call, tid, what }) =>
        html`<li>
          ${holderProcess(end, processes)}
          <span class="mono" title=${t('thread {0}, blocked in {1}', tid, call)}>${what}</span>
        </li>`,
    )}
    ${rest > 0 ? html`<li>${t('and {0} more', number(rest))}</li>` : nothing}
  </ul>`;
}

function nobody(endpoints: IpcObject['endpoints'], { hiddenProcesses }: PanelState): string {
  if (!endpoints) return t('not looked at');
  return hiddenProcesses === 0 ? t('nobody') : t('nobody seen');
}

function hiddenWords(): HiddenWords {
  return {
    one: t('1 process may not be looked at: it might wait here too.'),
    many: (count) => t('{0} processes may not be looked at: they might wait here too.', count),
    unknown: t('Processes that cannot be seen from here might wait here too.'),
  };
}
