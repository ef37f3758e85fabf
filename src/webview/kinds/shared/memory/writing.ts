/** What is to be written and where, and what is wrong with it. Pure. */
import { RANGE_MOST } from '../../../../protocol/kinds/sysvShm';
import { parseOffset } from '../../../../presentation/parse';
import { bytesText, grouped, offsetText } from '../../../../presentation/values';
import { type ContentDraft, type PickedFile, contentOf } from '../../../bytes/draft';
import { t } from '../../../strings';
import { offsetProblem } from './navigation';

/** What was typed as far as it makes sense, and a sentence for each field that does not. */
export interface JudgedWrite {
  offset: number | undefined;
  data: Uint8Array | undefined;
  /** How many bytes fit from the offset on. */
  most: number | undefined;
  problems: { offset?: string; content?: string };
}

export function judgeWrite(
  typed: string,
  content: ContentDraft,
  file: PickedFile | undefined,
  size: number,
): JudgedWrite {
  const problems: JudgedWrite['problems'] = {};
  const bad = typed.trim() === '' ? t('Say where to write.') : offsetProblem(typed, size);
  if (bad !== undefined) problems.offset = bad;
  const offset = bad === undefined ? parseOffset(typed) : undefined;
  const most = offset === undefined ? undefined : Math.min(RANGE_MOST, size - offset);
  const { data, problem } = contentOf(content, file);
  if (problem !== undefined) problems.content = problem;
  if (data && most !== undefined && offset !== undefined && data.length > most)
    problems.content =
      most === RANGE_MOST
        ? t('{0} bytes are more than is written at once ({1}).', grouped(data.length), grouped(RANGE_MOST))
        : t(
            '{0} do not fit: it ends {1} after {2}.',
            bytesText(data.length),
            bytesText(most),
            offsetText(offset),
          );
  return { offset, data, most, problems };
}
