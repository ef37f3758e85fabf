/** `<ipc-panel>` of the page of a process: what it does, its threads, what it has, its family, its signals and limits. */
import { type TemplateResult, html, nothing } from 'lit';
import { actTitles, limitsTitle, threadsTitle } from '../../presentation/shared';
import { visible } from '../../presentation/text';
import { clockText, grouped } from '../../presentation/values';
import type { LimitRow, ProcessPage, ProcessState } from '../../protocol/pages/process';
import { now } from '../clock';
import { Anchor } from '../panel/anchor';
import type { Announcer } from '../parts/announcer';
import { Part, define } from '../parts/base';
import { allFacts } from '../parts/factTable';
import { icon } from '../parts/icon';
import type { MenuItem } from '../parts/menu';
import { iconButton, liveButton } from '../parts/toolbar';
import { verdictPart } from '../parts/verdict';
import { t } from '../strings';
import type { ProcessModel } from './model';
import { folded, notes, rowList, threadTable } from './rows';
import '../parts/announcer';
import '../parts/menu';
import '../toolkit/button';
import './signals';

/** Letters of a command line; all of it is in the facts. */
const COMMAND_MOST = 500;

export class ProcessFrame extends Part {
  private model: ProcessModel | undefined;
  private anchor: Anchor | undefined;

  /** Shows what a model knows, from now on. */
  show(model: ProcessModel): void {
    this.model = model;
    model.announce = (text) => this.querySelector<Announcer>('ipc-announcer')?.say(text);
    model.subscribe(() => this.requestUpdate());
    this.anchor ??= new Anchor(this);
    this.requestUpdate();
  }

  protected override render() {
    const { model } = this;
    return html`${model ? page(model) : nothing}<ipc-announcer></ipc-announcer>`;
  }
}

function page(model: ProcessModel): TemplateResult {
  const { state, problem } = model;
  const failed = problem && html`<p class="notice error">${icon('error')}<span>${problem}</span></p>`;
  // Empty it takes no room.
  const alert = html`<div role="alert">${failed ?? nothing}</div>`;
  if (!state) return html`<main class="process">${alert}</main>`;
  const { status, stale, page: said } = state;
  return html`<main class="process status-${status} ${stale ? 'stale' : ''}">
    ${header(model, state, said)} ${alert} ${notice(state)}
    ${said && status !== 'otherBoot' ? content(model, said) : nothing}
  </main>`;
}

function content(model: ProcessModel, said: ProcessPage): TemplateResult {
  const open = (ref: Parameters<ProcessModel['open']>[0]) => void model.open(ref);
  const { threads, holds, family, handedDown, signals, limits } = said;
  return html`${verdict(model, said)}
    <section aria-label=${threadsTitle()}>
      ${heading(threadsTitle(), grouped(threads.count))} ${threadTable(threads.rows, open)}
      ${notes(threads.note === undefined ? [] : [threads.note])}
    </section>
    <div class="two">
      <section aria-label=${t('Holds')}>
        ${heading(t('Holds'), grouped(holds.count))} ${rowList(holds.rows, open, t('Holds'))}
        ${holds.own.map((group) => folded(group, open))} ${notes(holds.notes)}
        ${holds.count === 0 && holds.notes.length === 0 ? notes([t('Nothing that was seen.')]) : nothing}
      </section>
      <div class="column">
        <section aria-label=${t('Family')}>
          ${heading(t('Family'))} ${rowList(family.rows, open, t('Family'))}
          <dl class="plain">
            ${family.facts.map(
              ({ label, text }) =>
                html`<dt>${label}</dt>
                  <dd class="foreign">${visible(text)}</dd>`,
            )}
          </dl>
        </section>
        ${
          handedDown.length === 0
            ? nothing
            : html`<section aria-label=${t('Descriptors its children need not have')}>
                ${heading(t('Descriptors its children need not have'), t('{0} without CLOEXEC', grouped(handedDown.length)))}
                ${rowList(handedDown, open, t('Descriptors its children need not have'))}
              </section>`
        }
      </div>
    </div>
    <div class="two">
      <ipc-signals .model=${model} .signals=${signals} .acts=${model.acts}></ipc-signals>
      ${limits.length === 0 ? nothing : limitTable(model, limits)}
    </div>
    ${allFacts(said.facts)}`;
}

function heading(title: string, more?: string): TemplateResult {
  return html`<h2>${title}${more === undefined ? nothing : html` <span class="dim">${more}</span>`}</h2>`;
}

function header(model: ProcessModel, state: ProcessState, said: ProcessPage | undefined): TemplateResult {
  const { live, status, memory } = state;
  return html`<header>
    <div class="heading">
      ${icon('server-process')}
      <h1 class="foreign">${visible(said?.name ?? memory.title, 255)}</h1>
      <div class="about">
        ${said?.user === undefined ? nothing : html`<span class="foreign">${visible(said.user, 80)}</span>`}
        ${said?.folder === undefined ? nothing : html`<span class="foreign mono">${visible(said.folder, COMMAND_MOST)}</span>`}
        ${
          said?.command === undefined
            ? nothing
            : html`<span class="foreign mono command" title=${visible(said.command, COMMAND_MOST)}
                >${visible(said.command, COMMAND_MOST)}</span
              >`
        }
      </div>
    </div>
    <div class="toolbar" role="toolbar" aria-label=${t('Panel')}>
      ${liveButton(live, status === 'present', (on) => void model.setLive(on))}
      ${iconButton('refresh', t('Refresh'), () => void model.refresh())}
      <ipc-menu .items=${menuItems(model, state, said)} .label=${t('More Actions')}></ipc-menu>
    </div>
  </header>`;
}

function menuItems(model: ProcessModel, { memory, status }: ProcessState, said: ProcessPage | undefined) {
  const items: MenuItem[] = [];
  const copied = (label: string, key: string) => {
    const found = said?.facts.find((fact) => fact.key === key)?.text;
    if (found !== undefined)
      items.push({ label, icon: 'copy', run: () => void model.copy({ text: found, how: 'exact' }) });
  };
  copied(t('Copy Pid'), 'pid');
  copied(t('Copy Command'), 'command');
  if (status === 'present') {
    items.push({ label: t('Copy as JSON'), icon: 'json', run: () => void model.copyJson() });
    items.push({
      label: actTitles.revealProcess(),
      icon: 'list-tree',
      run: () => void model.command('revealProcess'),
    });
  }
  if (!memory.kept)
    items.push({ label: actTitles.keepOpen(), icon: 'pinned', run: () => void model.keepOpen() });
  return items;
}

function notice({ status, live, readAt, goneAt }: ProcessState): TemplateResult | typeof nothing {
  const line = (name: string, text: string) => html`<p class="notice">${icon(name)}<span>${text}</span></p>`;
  const as = (at: number | undefined) => clockText(at ?? 0, now());
  const last = t('What is shown is how it was last seen, at {0}.', as(readAt));
  switch (status) {
    case 'loading':
      return line('loading', t('Looking at the process...'));
    case 'gone': {
      const ended = t('It has ended, noticed at {0}.', as(goneAt));
      return line('circle-slash', readAt === undefined ? ended : `${ended} ${last}`);
    }
    case 'unseen': {
      const hidden = t('It lives, and may not be looked at any more.');
      return line('eye-closed', readAt === undefined ? hidden : `${hidden} ${last}`);
    }
    case 'otherBoot':
      return line('circle-slash', t('This was a process before the machine was started anew.'));
    case 'noHelper':
      return line('warning', t('Nothing can be read at present.'));
    case 'present':
      return live ? nothing : line('debug-pause', t('Paused. What is shown was read at {0}.', as(readAt)));
  }
}

function verdict(model: ProcessModel, { verdict: said }: ProcessPage): TemplateResult {
  const { tone = 'plain', says, matters, proof, why } = said;
  const button = html`<p class="verdict-acts">
    <vscode-button
      appearance=${tone === 'plain' ? 'secondary' : 'primary'}
      @click=${() => void model.command('why')}
      >${icon('question')}<span class="label">${actTitles.why()}</span></vscode-button
    >
  </p>`;
  return verdictPart(
    { tone, says, matters, ...(proof && { proof }) },
    t('What it does'),
    why && model.acts ? button : nothing,
  );
}

function limitTable(model: ProcessModel, limits: readonly LimitRow[]): TemplateResult {
  return html`<section aria-label=${limitsTitle()}>
    <h2>
      ${limitsTitle()}
      <button type="button" class="link more" @click=${() => void model.command('limits')}>
        ${t('of user and machine')}
      </button>
    </h2>
    <table class="lines">
      <thead>
        <tr>
          <th scope="col">${t('limit')}</th>
          <th scope="col">${t('used of allowed')}</th>
          <th scope="col" class="bar"><span class="visually-hidden">${t('share')}</span></th>
        </tr>
      </thead>
      <tbody>
        ${limits.map(
          ({ label, kernelName, text, part }) =>
            html`<tr>
              <th scope="row" title=${kernelName}>${label}</th>
              <td>${text}</td>
              <td class="bar">
                ${
                  part === undefined
                    ? nothing
                    : html`<meter
                        min="0"
                        max="1"
                        high="0.9"
                        .value=${part}
                        aria-label=${label}
                        title=${t('{0} %', grouped(Math.round(part * 100)))}
                      ></meter>`
                }
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

define('ipc-panel', ProcessFrame);
