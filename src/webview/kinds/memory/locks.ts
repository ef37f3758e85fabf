/** The places in shared memory that threads sleep on, and who holds the locks among them. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Lock } from '../../../protocol/kinds/posix';
import type { Process } from '../../../protocol/snapshot';
import { offsetText } from '../../format/numbers';
import { processText } from '../../format/process';
import { icon } from '../../parts/icon';
import { number, t } from '../../strings';

/** Places that are listed; of more only the number. */
const MOST = 50;

/** The list; nothing where nobody sleeps on any. */
export function locksPart(
  locks: readonly Lock[] = [],
  processes: readonly Process[],
): TemplateResult | typeof nothing {
  if (locks.length === 0) return nothing;
  const rest = locks.length - MOST;
  return html`<section class="waiters" aria-label=${t('Locks')}>
    <div>
      <h2>${t('Who waits in it')}</h2>
      <ul>
        ${locks.slice(0, MOST).map((lock) => html`<li>${line(lock, processes)}</li>`)}
        ${rest > 0 ? html`<li>${t('and {0} more', number(rest))}</li>` : nothing}
      </ul>
    </div>
  </section>`;
}

function line(lock: Lock, processes: readonly Process[]): TemplateResult {
  const { offset, waiters, owner, readers } = lock;
  return html`<span class="mono">${offsetText(offset)}</span> ${whatText(lock)}:
    ${waiters === 1 ? t('1 waits') : t('{0} wait', number(waiters))}${
      readers === undefined
        ? nothing
        : html`, ${readers === 1 ? t('held by 1 reader') : t('held by {0} readers', number(readers))}`
    }${
      owner
        ? html`, ${owner.now === 'gone' || owner.now === 'other' ? icon('warning') : nothing}
          ${ownerText(lock, owner, processes)}`
        : nothing
    }`;
}

function whatText({ what }: Lock): string {
  switch (what) {
    case 'mutex':
      return t('a mutex, most likely');
    case 'semaphore':
      return t('a semaphore, most likely');
    case 'condition':
      return t('a condition variable, most likely');
    case 'barrier':
      return t('a barrier, most likely');
    case 'rwlock':
      return t('a read-write lock, most likely');
    case 'unknown':
      return t('a place of unknown kind');
  }
}

function ownerText(
  { what }: Lock,
  { tid, pid, now }: NonNullable<Lock['owner']>,
  processes: readonly Process[],
): string {
  if (now === 'gone') return t('held by thread {0}, which is gone: nobody will unlock it', tid);
  if (now === 'other')
    return t(
      "held by a thread that is gone or has this memory no more (its number, {0}, is another's): nobody will unlock it",
      tid,
    );
  if (pid === undefined) return t('held by thread {0}', tid);
  const { label } = processText(pid, processes);
  return what === 'rwlock'
    ? t('held to write by {0}, thread {1}', label, tid)
    : t('held by {0}, thread {1}', label, tid);
}
