/** What a person has put into the send form, and what is wrong with it. Pure. */
import * as v from 'valibot';
import { type ContentProblem, ENCODINGS, isProblem, parseContent } from '../../../protocol/content';
import { type MessageType, parseMessageType } from '../../../protocol/kinds/sysvMsg';
import { number, t } from '../../strings';

/** The ways to say what is in a message. */
export const SOURCES = [...ENCODINGS, 'file'] as const;
export type Source = (typeof SOURCES)[number];
export const TIMES_MOST = 1000;

export const draftSchema = v.object({
  type: v.fallback(v.string(), '1'),
  source: v.fallback(v.picklist(SOURCES), 'text'),
  text: v.fallback(v.string(), ''),
  times: v.fallback(v.string(), '1'),
});
export type Draft = v.InferOutput<typeof draftSchema>;

/** A file that was picked. */
export interface PickedFile {
  name: string;
  data: Uint8Array;
}

/** The draft as far as it makes sense, and a sentence for each field that does not. */
export interface Judged {
  type: MessageType | undefined;
  data: Uint8Array | undefined;
  times: number | undefined;
  problems: { type?: string; content?: string; times?: string };
}

export function judge(draft: Draft, file: PickedFile | undefined, messageBytes: number | undefined): Judged {
  const problems: Judged['problems'] = {};
  const type = parseMessageType(draft.type);
  if (type === undefined) problems.type = t('A type is a whole number from 1 to 9223372036854775807.');
  const times = /^\s*\d{1,4}\s*$/.test(draft.times) ? Number(draft.times) : 0;
  if (times < 1 || times > TIMES_MOST) problems.times = t('From 1 to {0} times.', number(TIMES_MOST));
  const data = dataOf(draft, file, problems);
  if (data && messageBytes !== undefined && data.length > messageBytes)
    problems.content = t(
      '{0} bytes are more than a message may have here ({1}).',
      number(data.length),
      number(messageBytes),
    );
  return { type, data, times: problems.times === undefined ? times : undefined, problems };
}

function dataOf(
  draft: Draft,
  file: PickedFile | undefined,
  problems: Judged['problems'],
): Uint8Array | undefined {
  if (draft.source === 'file') {
    if (!file) problems.content = t('Choose a file.');
    return file?.data;
  }
  const parsed = parseContent(draft.text, draft.source);
  if (!isProblem(parsed)) return parsed;
  problems.content = problemText(parsed);
  return undefined;
}

function problemText({ code, at }: ContentProblem): string {
  const place = number(at + 1);
  switch (code) {
    case 'badEscape':
      return t(
        'At character {0}: a backslash is followed by n, r, t, 0, \\ or x and two hex digits; write \\\\ for a backslash.',
        place,
      );
    case 'oddHex':
      return t('At the end: half a byte. Hex digits come in pairs.');
    case 'badHex':
      return t('At character {0}: not a hex digit.', place);
    case 'badBase64':
      return t('This is not base64 (groups of four of A-Z a-z 0-9 + /, padded with =).');
  }
}
