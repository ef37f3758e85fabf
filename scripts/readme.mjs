// @ts-check
/** The README and the manifest as they stand in a package: with the public address of the repository where there is one, else without anything that would lead nowhere. */

/** A link or picture of Markdown; the first group is `!` of a picture. */
const LINK = /(!?)\[([^\]\n]*)\]\(([^)\s]+)\)/g;
/** Has a scheme of its own, or stays within the page. */
const STANDS = /^(?:[a-z][a-z0-9+.-]*:|#)/i;

/**
 * Pictures and links with addresses of their own: of pictures what their files hold, of others the page. Without a repository pictures are left out, and links become their text.
 * @param {string} text @param {string | undefined} repository
 */
export function readmeFor(text, repository) {
  const rewritten = text.replaceAll(
    LINK,
    (whole, /** @type {string} */ picture, /** @type {string} */ label, to) => {
      if (STANDS.test(to)) return whole;
      if (repository === undefined) return picture ? '' : label;
      return `${picture}[${label}](${repository}/${picture ? 'raw' : 'blob'}/HEAD/${to})`;
    },
  );
  // Where a picture stood alone there are two empty lines too many.
  return repository === undefined ? rewritten.replaceAll(/\n{3,}/g, '\n\n') : rewritten;
}

/**
 * The manifest with where the source is, where to report and where to ask; without a repository these are left out.
 * @param {Record<string, unknown>} manifest @param {string | undefined} repository
 */
export function manifestFor(manifest, repository) {
  // What only builders need.
  const building = ['scripts', 'devDependencies', 'overrides'];
  const kept = Object.fromEntries(Object.entries(manifest).filter(([key]) => !building.includes(key)));
  if (repository === undefined) return kept;
  return {
    ...kept,
    homepage: `${repository}#readme`,
    repository: { type: 'git', url: `${repository}.git` },
    bugs: { url: `${repository}/issues` },
    qna: `${repository}/discussions`,
  };
}

/** Without what would make two addresses of one. Throws where it is none. @param {string} text */
export function repositoryOf(text) {
  const url = text.replace(/\/+$/, '').replace(/\.git$/, '');
  if (!/^https:\/\/[a-z0-9.-]+\/[^\s?#]+$/i.test(url))
    throw new Error(`--repository takes the https address of a repository, not "${text}".`);
  return url;
}
