/** What a person has put into the send form, and what is wrong with it. Pure. */
import * as v from 'valibot';
import { type MessageType, parseMessageType } from '../../../protocol/kinds/sysvMsg';
import { type ContentDraft, type PickedFile, contentDraft, contentOf } from '../../bytes/draft';
import { parseCount } from '../../format/numbers';
import { number, t } from '../../strings';

const TIMES_MOST = 1000;

export const draftSchema = v.object({
  ...contentDraft.entries,
  type: v.fallback(v.string(), '1'),
  times: v.fallback(v.string(), '1'),
  wait: v.fallback(v.boolean(), false),
});
/** What stands in the form beside the content. */
export type Draft = Omit<v.InferOutput<typeof draftSchema>, keyof ContentDraft>;
export const DRAFT: Draft = { type: '1', times: '1', wait: false };

/** The draft as far as it makes sense, and a sentence for each field that does not. */
export interface Judged {
  type: MessageType | undefined;
  data: Uint8Array | undefined;
  times: number | undefined;
  problems: { type?: string; content?: string; times?: string };
}

export function judge(
  draft: Draft,
  content: ContentDraft,
  file: PickedFile | undefined,
  messageBytes: number | undefined,
): Judged {
  const problems: Judged['problems'] = {};
  const type = parseMessageType(draft.type);
  if (type === undefined) problems.type = badType();
  // Only one message can wait: how many times was typed does not count then.
  const times = draft.wait ? 1 : (parseCount(draft.times) ?? 0);
  if (times < 1 || times > TIMES_MOST) problems.times = t('From 1 to {0} times.', number(TIMES_MOST));
  const { data, problem } = contentOf(content, file);
  if (problem !== undefined) problems.content = problem;
  if (data && messageBytes !== undefined && data.length > messageBytes)
    problems.content = t(
      '{0} bytes are more than a message may have here ({1}).',
      number(data.length),
      number(messageBytes),
    );
  return { type, data, times: problems.times === undefined ? times : undefined, problems };
}

export function badType(): string {
  return t('A type is a whole number from 1 to 9223372036854775807.');
}
