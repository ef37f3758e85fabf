/** The sentence that a panel shows of a request that failed. */
import * as v from 'valibot';
import { asFailure } from '../../protocol/errors';
import { objectChannel, type PanelRequest } from '../../protocol/pages/object';
import { attemptOf } from '../../presentation/abilities';
import { sentence } from '../../presentation/failures';
import { t } from '../../presentation/translate';
import { frameAttempts } from './frame';

/** What was tried, for each request but those that name an ability. */
const attempts: Record<
  Exclude<PanelRequest, 'act' | 'startWaiting' | 'command'>,
  (name: string) => string
> = {
  ...frameAttempts,
  copyJson: (name) => t('copy {0}', name),
  open: () => t('open it'),
  destroy: (name) => attemptOf('destroy', name),
  cure: () => t('do that'),
  silence: () => t('silence it'),
  endAct: () => t('end that'),
  peek: (name) => attemptOf('peek', name),
  send: (name) => attemptOf('send', name),
  receive: (name) => attemptOf('take', name),
  pickFile: () => t('read the file'),
  history: (name) => t('read the history of {0}', name),
  sendAgain: (name) => attemptOf('send', name),
  dismiss: () => t('dismiss the message'),
  sessions: (name) => t('read what was said with {0}', name),
  talk: (name) => attemptOf('talk', name),
  tell: (name) => t('do that with {0}', name),
  clearSession: () => t('clear it'),
  dismissSession: () => t('dismiss it'),
};

/** `data`: what was asked with, as it came. */
export function panelSentence(name: string, request: PanelRequest, data: unknown, error: unknown): string {
  return sentence(attempted(name, request, data), asFailure(error));
}

function attempted(name: string, request: PanelRequest, data: unknown): string {
  if (request === 'command') {
    const asked = v.safeParse(objectChannel.requests.command.parameters, data);
    return attemptOf(asked.success ? asked.output.command : '', name);
  }
  if (request !== 'act' && request !== 'startWaiting') return attempts[request](name);
  const asked = v.safeParse(objectChannel.requests.act.parameters, data);
  return attemptOf(asked.success ? asked.output.ability : '', name);
}
