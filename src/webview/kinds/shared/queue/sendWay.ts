/** How a message is sent: to a System V queue with a type, to a POSIX queue with a priority. */
import type { Bytes } from '../../../../protocol/bytes';
import { PRIORITY_MOST } from '../../../../protocol/kinds/posixMq';
import { type MessageType, parseMessageType } from '../../../../protocol/kinds/sysvMsg';
import type { PanelState } from '../../../../protocol/pages/object';
import { parseCount } from '../../../../presentation/parse';
import { act, startWaiting } from '../../../panel/act';
import type { PanelModel } from '../../../panel/model';
import { t } from '../../../strings';
import { priorityRange } from '../../../../presentation/shared';

/** What a message has besides its content: its type or its priority. */
export type MessageNumber = MessageType | number;

export interface SendWay {
  /** What that number is called, and what stands in the form at first. */
  readonly label: string;
  readonly initial: string;
  parse(text: string): MessageNumber | undefined;
  bad(): string;
  /** How many bytes a message may have; undefined where that is not known. */
  limit(state: PanelState): number | undefined;
  send(panel: PanelModel, number: MessageNumber, content: Bytes): Promise<unknown>;
  /** Starts an act that waits for room. */
  wait(panel: PanelModel, number: MessageNumber, content: Bytes): Promise<unknown>;
}

export const typedWay: SendWay = {
  get label() {
    return t('Type');
  },
  initial: '1',
  parse: parseMessageType,
  bad: badType,
  limit: (state) => state.host?.limits['sysv.msg']?.messageBytes,
  send: (panel, type, content) => panel.bus.request('send', { type, content }),
  wait: (panel, type, content) => startWaiting(panel, 'sysv.msg', 'send', { type, content }),
};

export const priorityWay: SendWay = {
  get label() {
    return t('Priority');
  },
  initial: '0',
  parse(text) {
    const priority = parseCount(text);
    return priority !== undefined && priority <= PRIORITY_MOST ? priority : undefined;
  },
  bad: () => priorityRange(PRIORITY_MOST),
  limit: ({ object }) => (object?.kind === 'posix.mq' ? object.messageSize : undefined),
  send: (panel, priority, content) => act(panel, 'posix.mq', 'send', { priority: Number(priority), content }),
  wait: (panel, priority, content) =>
    startWaiting(panel, 'posix.mq', 'send', { priority: Number(priority), content }),
};

export function badType(): string {
  return t('A type is a whole number from 1 to 9223372036854775807.');
}
