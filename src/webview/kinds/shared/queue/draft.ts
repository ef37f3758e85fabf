/** What a person has put into the send form, and what is wrong with it. Pure. */
import { parseCount } from '../../../../presentation/parse';
import { grouped } from '../../../../presentation/values';
import * as v from 'valibot';
import { type ContentDraft, type PickedFile, contentDraft, contentOf } from '../../../bytes/draft';
import { t } from '../../../strings';
import type { MessageNumber, SendWay } from './sendWay';

const TIMES_MOST = 1000;

export const draftSchema = v.object({
  ...contentDraft.entries,
  /** The type of a message, or its priority. */
  type: v.fallback(v.string(), ''),
  times: v.fallback(v.string(), '1'),
  wait: v.fallback(v.boolean(), false),
});
/** What stands in the form beside the content. */
export type Draft = Omit<v.InferOutput<typeof draftSchema>, keyof ContentDraft>;
export const DRAFT: Draft = { type: '', times: '1', wait: false };

/** The draft as far as it makes sense, and a sentence for each field that does not. */
export interface Judged {
  type: MessageNumber | undefined;
  data: Uint8Array | undefined;
  times: number | undefined;
  problems: { type?: string; content?: string; times?: string };
}

export function judge(
  draft: Draft,
  content: ContentDraft,
  file: PickedFile | undefined,
  messageBytes: number | undefined,
  { parse, bad }: Pick<SendWay, 'parse' | 'bad'>,
): Judged {
  const problems: Judged['problems'] = {};
  const type = parse(draft.type);
  if (type === undefined) problems.type = bad();
  // Only one message can wait: how many times was typed does not count then.
  const times = draft.wait ? 1 : (parseCount(draft.times) ?? 0);
  if (times < 1 || times > TIMES_MOST) problems.times = t('From 1 to {0} times.', grouped(TIMES_MOST));
  const { data, problem } = contentOf(content, file);
  if (problem !== undefined) problems.content = problem;
  if (data && messageBytes !== undefined && data.length > messageBytes)
    problems.content = t(
      '{0} bytes are more than a message may have here ({1}).',
      grouped(data.length),
      grouped(messageBytes),
    );
  return { type, data, times: problems.times === undefined ? times : undefined, problems };
}
