/** Which bundle in `dist/pages` a page is. */
import type { Kind } from '../../protocol/ref';

/** The page of an object of a kind, as `esbuild.mjs` names it by its folder: `sysvMsg` of `sysv.msg`; undefined: a kind that this version does not know. */
export function bundleOf(kind: Kind | undefined): string {
  return kind === undefined ? 'unknown' : kind.replace(/\.(.)/, (_, letter: string) => letter.toUpperCase());
}
