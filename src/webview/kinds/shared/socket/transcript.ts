/** The lines of a session: what was said, by whom and when, downwards to the newest. */
import { type TemplateResult, html, nothing } from 'lit';
import type { PanelSession, SessionLine } from '../../../../protocol/pages/object';
import { visible } from '../../../../presentation/text';
import { bytesText, clockText, grouped, momentText, size } from '../../../../presentation/values';
import { Content } from '../../../bytes/content';
import type { ByteFormat } from '../../../bytes/look';
import { now } from '../../../clock';
import { icon } from '../../../parts/icon';
import type { ListRow } from '../../../parts/list';
import { t } from '../../../strings';
import '../../../parts/bytesView';

/** What was unpacked of a line, for as long as the line is there. */
const contents = new WeakMap<SessionLine, Content>();

function contentOf(line: SessionLine): Content | undefined {
  if (line.content === undefined) return undefined;
  let content = contents.get(line);
  if (!content) contents.set(line, (content = new Content(line.content)));
  return content;
}

const ICONS: Record<SessionLine['is'], string> = {
  listening: 'radio-tower',
  opened: 'debug-connected',
  received: 'arrow-left',
  sent: 'arrow-right',
  ended: 'debug-disconnect',
  halfClosed: 'debug-disconnect',
  closed: 'circle-slash',
  failed: 'error',
};

function word(is: SessionLine['is']): string {
  const words: Record<SessionLine['is'], string> = {
    listening: t('listening'),
    opened: t('connected'),
    received: t('received'),
    sent: t('sent'),
    ended: t('end of file'),
    halfClosed: t('half closed'),
    closed: t('closed'),
    failed: t('failed'),
  };
  return words[is];
}

/** Whether a session has, or had, more than one connection. */
export function hasMany({ ability, lines }: PanelSession): boolean {
  return ability === 'listen' || lines.some(({ connection }) => connection > 1);
}

export function columnsOf(session: PanelSession): { columns: string[]; widths: number[] } {
  return hasMany(session)
    ? { columns: [t('time'), t('what'), '#', t('length'), t('content')], widths: [9, 13, 4, 9] }
    : { columns: [t('time'), t('what'), t('length'), t('content')], widths: [9, 13, 9] };
}

export function rowsOf(session: PanelSession, look: ByteFormat): ListRow[] {
  const many = hasMany(session);
  return session.lines.flatMap((line) => [
    ...(line.missed === undefined ? [] : [gapOf(line, many)]),
    rowOf(line, look, many),
  ]);
}

/** Where events are missing before a line. */
function gapOf({ seq, missed = 0 }: SessionLine, many: boolean): ListRow {
  const text =
    missed === 1
      ? t('1 event is not shown: it came while nobody read')
      : t('{0} events are not shown: they came while nobody read', grouped(missed));
  return {
    key: `${seq} gap`,
    cells: () => [...(many ? ['', '', ''] : ['', '']), '', html`<span class="dim">${text}</span>`],
  };
}

function rowOf(line: SessionLine, look: ByteFormat, many: boolean): ListRow {
  const content = contentOf(line);
  const length = line.length ?? content?.length;
  return {
    key: String(line.seq),
    cells: () => [
      html`<time title=${momentText(line.at)}>${clockText(line.at, now())}</time>`,
      html`<span class="session-${line.is}">${icon(ICONS[line.is])} ${word(line.is)}</span>`,
      ...(many ? [line.connection > 0 ? String(line.connection) : ''] : []),
      length === undefined ? '' : html`<span title=${bytesText(length)}>${size(length)}</span>`,
      content ? content.line(look) : html`<span class="dim">${aside(line)}</span>`,
    ],
    detail: () => detailOf(line, content, look),
  };
}

/** What is told of a line without content. */
function aside({ sentence, from, credentials, is }: SessionLine): string {
  if (sentence !== undefined) return sentence;
  const who = [
    ...(from === undefined ? [] : [visible(from, 120)]),
    ...(credentials ? [t('pid {0}, uid {1}', credentials.pid, credentials.uid)] : []),
  ];
  if (who.length > 0) return who.join(', ');
  switch (is) {
    case 'ended':
      return t('the other side sends no more');
    case 'halfClosed':
      return t('we send no more');
    case 'received':
    case 'sent':
      return t('what it was is not kept: it came while nobody read');
    default:
      return '';
  }
}

function detailOf(line: SessionLine, content: Content | undefined, look: ByteFormat): TemplateResult {
  const { packet, length, descriptors, credentials, from, sentence } = line;
  const notes = [
    ...(sentence === undefined ? [] : [sentence]),
    ...(from === undefined ? [] : [t('Other side: {0}', visible(from, 440))]),
    ...(credentials
      ? [
          t(
            'Other side, when it connected: pid {0}, uid {1}, gid {2} (SO_PEERCRED)',
            credentials.pid,
            credentials.uid,
            credentials.gid,
          ),
        ]
      : []),
    ...(packet === true ? [t('One packet, with its borders.')] : []),
    ...(content && packet !== true && line.is === 'received'
      ? [t('A piece of a stream: where it begins and ends means nothing.')]
      : []),
    ...(length !== undefined && content && length > content.length
      ? [t('The packet had {0}; only {1} could be taken.', bytesText(length), grouped(content.length))]
      : []),
    ...(descriptors === true ? [t('Descriptors came along (SCM_RIGHTS) and were closed unseen.')] : []),
  ];
  return html`${content ? html`<ipc-bytes .content=${content} .look=${look}></ipc-bytes>` : nothing}
  ${notes.map((text) => html`<p class="note dim">${text}</p>`)}`;
}
