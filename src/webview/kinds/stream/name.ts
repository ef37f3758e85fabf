/** What a pipe and a FIFO are called. */
import { absenceOfSide } from '../../../presentation/absence';
import { type TemplateResult, html } from 'lit';
import type { PanelState } from '../../../protocol/panels';
import { visible } from '../../../presentation/text';
import { holderText } from '../../format/process';
import { fill, number, t } from '../../strings';
import { type SideName, type StreamObject, endsOf } from './object';

/** Paths reach 4,096 bytes. The end tells more than the beginning; the whole stands among the facts. */
const PATH_MOST = 240;

/** A FIFO's path, or a pipe's two sides: `sort (41) -> uniq (42)`. */
export function streamName(object: StreamObject, state: PanelState): string | TemplateResult {
  if (object.kind === 'fifo')
    return object.path === '' ? t('FIFO whose path is not known') : pathName(object.path);
  const pids = new Set((object.endpoints ?? []).map(({ pid }) => pid));
  const sides = (['writers', 'readers'] as const).map((side) => endsOf(object.endpoints ?? [], side).length);
  if (pids.size === 1 && !sides.includes(0))
    return html`${fill('{0} -> itself', html`<bdi dir="ltr">${sideName(object, 'writers', state)}</bdi>`)}`;
  // Each name by itself: one of letters that go from right to left would turn the sides around.
  return html`${fill(
    '{0} -> {1}',
    html`<bdi dir="ltr">${sideName(object, 'writers', state)}</bdi>`,
    html`<bdi dir="ltr">${sideName(object, 'readers', state)}</bdi>`,
  )}`;
}

function pathName(path: string): string {
  const characters = Array.from(path);
  const shown = visible(characters.slice(-PATH_MOST).join(''));
  return characters.length > PATH_MOST ? `…${shown}` : shown;
}

/** The lowest pid first, as in the tree: `sort (41)`, `bash (40) and 2 more`; `nobody` where that is proved, else `?`. */
function sideName(object: StreamObject, side: SideName, { processes }: PanelState): string {
  const pids = new Map(endsOf(object.endpoints ?? [], side).map((end) => [end.pid, end]));
  const ends = [...pids.values()];
  const [first] = ends;
  if (!first)
    return absenceOfSide(object, side === 'writers' ? 'writer' : 'reader') === 'proved' ? t('nobody') : '?';
  const { label } = holderText(first, processes);
  return ends.length === 1 ? label : t('{0} and {1} more', label, number(ends.length - 1));
}
