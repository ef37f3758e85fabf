/** Content as a person gives it, typed or as a file, and what is wrong with it. Pure. */
import * as v from 'valibot';
import { type ContentProblem, ENCODINGS, isProblem, parseContent } from '../../protocol/content';
import { grouped } from '../../presentation/values';
import { t } from '../strings';

/** The ways to say what is in a message, or what to write. */
export const SOURCES = [...ENCODINGS, 'file'] as const;
export type Source = (typeof SOURCES)[number];

export const contentDraft = v.object({
  source: v.fallback(v.picklist(SOURCES), 'text'),
  text: v.fallback(v.string(), ''),
});
export type ContentDraft = v.InferOutput<typeof contentDraft>;

/** A file that was picked. */
export interface PickedFile {
  name: string;
  data: Uint8Array;
}

/** The bytes, or a sentence that says why there are none. */
export function contentOf(
  draft: ContentDraft,
  file: PickedFile | undefined,
): { data: Uint8Array; problem?: undefined } | { data?: undefined; problem: string } {
  if (draft.source === 'file') return file ? { data: file.data } : { problem: t('Choose a file.') };
  const parsed = parseContent(draft.text, draft.source);
  return isProblem(parsed) ? { problem: problemText(parsed) } : { data: parsed };
}

function problemText({ code, at }: ContentProblem): string {
  const place = grouped(at + 1);
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
