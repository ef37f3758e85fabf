/** What is copied, and how it stands for what it names: what tree and panels say of it. */
/** How a text stands for what it names. */
export const COPY_HOWS = ['exact', 'hidden', 'quoted', 'escaped', 'hex', 'laidOut'] as const;
/**
 * `exact`: as it is, and as it is shown. `hidden`: as it is too, but with line breaks, controls or characters that
 * cannot be seen. `quoted`: as a word of a shell, since as it is it would be no text, or would not be told from the line beside it. Of contents: `escaped`, as it
 * can be typed where contents are sent, since it is no text; `hex`; `laidOut`, JSON with line breaks of ours.
 */
export type CopyHow = (typeof COPY_HOWS)[number];

export interface Copy {
  text: string;
  how: CopyHow;
}
