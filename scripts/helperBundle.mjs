// @ts-check
/** How the helper is bundled for a target (`linux-x64`, `alpine-arm64`, ...), and where the native part for it comes from. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Every target that has a native part. */
export const TARGETS = ['linux-x64', 'linux-arm64', 'alpine-x64', 'alpine-arm64'];
/** For all other systems: it says why it shows nothing here, and what to do. */
export const UNIVERSAL = 'universal';

/** The processor of a target, as Node names it. @param {string} target */
export function archOf(target) {
  return target.slice(target.indexOf('-') + 1);
}

/** The native part of a target within its package and beside the helper: `linux_x64/koffi.node`. @param {string} target */
export function nativeFile(target) {
  return join(`${target.startsWith('alpine-') ? 'musl' : 'linux'}_${archOf(target)}`, 'koffi.node');
}

/** The folder of the package with the native part for a processor, which npm installs for that of this machine. @param {string} arch */
export function nativePackage(arch) {
  return dirname(require.resolve(`@koromix/koffi-linux-${arch}`));
}

/** Whether npm has installed it. @param {string} arch */
export function hasNativePackage(arch) {
  try {
    return existsSync(nativePackage(arch));
  } catch {
    return false;
  }
}

/**
 * What esbuild needs to know besides what all bundles for Node have in common. `from`: the folder of the package with the native part, where npm has not installed it.
 * @param {string} target @param {string} outdir @param {string} [from]
 * @returns {import('esbuild').BuildOptions}
 */
export function helperBundle(target, outdir, from) {
  const own = `@koromix/koffi-linux-${archOf(target)}`;
  // koffi asks for the packages of all platforms; each but the target's stays a `require` that is never reached. The loader of the target's goes into the bundle and asks for
  // `./linux_x64/koffi.node` beside it.
  const keepTarget = (/** @type {{ path: string }} */ { path }) => {
    if (path !== own || target === UNIVERSAL) return { path, external: true };
    return from === undefined ? undefined : { path: join(from, 'index.js') };
  };
  return {
    entryPoints: { helper: 'src/native/main.ts', beside: 'src/native/beside.ts' },
    outdir,
    alias: { koffi: require.resolve('koffi') },
    plugins: [
      {
        name: 'other-platforms',
        setup: (build) => void build.onResolve({ filter: /^@koromix\// }, keepTarget),
      },
    ],
  };
}
