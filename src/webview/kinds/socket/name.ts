/** What a socket is called: its name, or the processes at its two ends. */
import { type TemplateResult, html } from 'lit';
import type { PanelState } from '../../../protocol/panels';
import { endText, visible } from '../../../presentation/text';
import { holderText } from '../../format/process';
import { fill, number, t } from '../../strings';
import { type SocketObject, has, holdersOf, isSocket, otherEnd, unixName } from './object';

/** A name reaches 108 bytes, each of them four characters where it is no text. */
const NAME_MOST = 440;

export function socketName(object: SocketObject, state: PanelState): string | TemplateResult {
  const other = otherEnd(object, state);
  if (object.kind === 'inet') {
    const { protocol, local, remote } = object;
    return remote ? `${protocol} ${endText(local)} - ${endText(remote)}` : `${protocol} ${endText(local)}`;
  }
  const name = unixName(object);
  const connected = has(object, 'connected') || has(object, 'pair') || has(object, 'unaccepted');
  if (name !== undefined && (!connected || object.type === 'dgram')) return visible(name, NAME_MOST);
  if (!connected && !has(object, 'peerClosed')) return t('unnamed, {0}', sideName(object, state));
  if (!other && isSocket(state.peer))
    return html`${fill('{0} -> {1}', html`<bdi dir="ltr">${sideName(object, state)}</bdi>`, html`<bdi dir="ltr">${sideName(state.peer, state)}</bdi>`)}`;
  const far = other ? sideName(other, state) : has(object, 'peerClosed') ? t('closed') : '?';
  // Each name by itself: one of letters that go from right to left would turn the sides around.
  return html`${fill('{0} - {1}', html`<bdi dir="ltr">${sideName(object, state)}</bdi>`, html`<bdi dir="ltr">${far}</bdi>`)}`;
}

/** The lowest pid first, as in the tree: `sshd (41)`, `bash (40) and 2 more`. */
export function sideName(object: SocketObject, { processes }: PanelState): string {
  const ends = [...new Map(holdersOf(object).map((end) => [end.pid, end])).values()];
  const [first] = ends;
  if (!first) return nobody(object);
  const { label } = holderText(first, processes);
  return ends.length === 1 ? label : t('{0} and {1} more', label, number(ends.length - 1));
}

/** What stands where no process has it. */
export function nobody(object: SocketObject): string {
  if (has(object, 'stale')) return t('nobody');
  if (has(object, 'unaccepted') && object.inode === null) return t('not accepted yet');
  if (has(object, 'ending') && object.inode === null) return t('nobody: the kernel itself ends it');
  return object.endpoints ? t('nobody seen') : t('not looked at');
}
