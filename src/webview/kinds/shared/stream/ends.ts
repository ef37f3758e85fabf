/** One descriptor of a side, or one thread that waits to get one, in a line. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Endpoint } from '../../../../protocol/facts';
import type { Side } from '../../../../presentation/kinds/streamEnds';
import { visible } from '../../../../presentation/text';
import { waitWords } from '../../../../presentation/waits';
import { grouped } from '../../../../presentation/values';
import type { PanelState } from '../../../../protocol/pages/object';
import { contextOf } from '../../../panel/context';
import { holderDoing, holderProcess } from '../../../parts/past';
import { t } from '../../../strings';

type Waits = NonNullable<Endpoint['waits']>;

/** `sort (41)  fd 1  blocking  waits in write` */
export function endLine(end: Endpoint, state: PanelState): TemplateResult {
  const { fd, tid, role, nonblocking, closeOnExec, own, waits = [] } = end;
  return html`<span class="end">
    <span class="who"
      >${holderProcess(end, contextOf(state).process)}${own ? html` <b>${t('you')}</b>` : nothing}</span
    >
    ${holderDoing(end, state)}
    ${fd === undefined ? nothing : html`<span class="mono">${t('fd {0}', fd)}</span>`}
    ${tid === undefined ? nothing : html`<span class="dim">${t('thread {0}', tid)}</span>`}
    ${role === 'both' ? html`<span>${t('opened for both')}</span>` : nothing}
    ${nonblocking === undefined ? nothing : blockingText(nonblocking)}
    ${
      closeOnExec === true
        ? html`<span class="dim" title=${t('O_CLOEXEC: no program that is started has it')}
            >${t('closed by exec')}</span
          >`
        : nothing
    }
    ${callsOf(waits).map(([, same]) => waitText(same))}
  </span>`;
}

/** `cat (43)  waits in open  until somebody writes` */
export function openerLine(opener: Endpoint, side: Side | undefined, state: PanelState): TemplateResult {
  const { waits = [] } = opener;
  return html`<span class="end">
    <span class="who">${holderProcess(opener, contextOf(state).process)}</span> ${holderDoing(opener, state)}
    ${callsOf(waits).map(([, same]) => waitText(same))}
    ${side === undefined ? nothing : html`<span class="waits">${untilText(side)}</span>`}
  </span>`;
}

function untilText(side: Side): string {
  return side === 'writer' ? t('until somebody reads') : t('until somebody writes');
}

function blockingText(nonblocking: boolean): TemplateResult {
  return nonblocking
    ? html`<span title=${t('O_NONBLOCK: a call that would have to wait fails (EAGAIN)')}
        >${t('non-blocking')}</span
      >`
    : html`<span class="dim" title=${t('without O_NONBLOCK: a call waits until it can be done')}
        >${t('blocking')}</span
      >`;
}

function callsOf(waits: Waits): [string, Waits][] {
  const calls = new Map<string, Waits>();
  for (const wait of waits) {
    const key = `${wait.certain} ${wait.call}`;
    const same = calls.get(key);
    if (same) same.push(wait);
    else calls.set(key, [wait]);
  }
  return [...calls];
}

/** What the same call of one or several threads says. */
function waitText(waits: Waits): TemplateResult | typeof nothing {
  const [first] = waits;
  if (!first) return nothing;
  const call = visible(first.call, 40);
  const threads = waits.map((wait) => {
    const what = waitWords(wait);
    return what.length > 0
      ? t('thread {0}: {1}', wait.tid, visible(what.join(', '), 400))
      : t('thread {0}', wait.tid);
  });
  const doubt = t(
    'The kernel does not show the arguments of this call: its name and the descriptors say so.',
  );
  const title = [...threads.slice(0, 20), ...(first.certain ? [] : [doubt])].join('\n');
  return html`<span class="waits" title=${title}>${sentence(call, waits.length, first.certain)}</span>`;
}

function sentence(call: string, threads: number, certain: boolean): string {
  if (threads === 1) return certain ? t('waits in {0}', call) : t('probably waits in {0}', call);
  return certain
    ? t('{0} threads wait in {1}', grouped(threads), call)
    : t('{0} threads probably wait in {1}', grouped(threads), call);
}
