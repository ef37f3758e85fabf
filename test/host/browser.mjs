// @ts-check
// A headless Chromium: the machine's own if there is one that works, else the one from npm.
import { accessSync, constants, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { buildOnce, cacheRoot } from './cache.mjs';
import { ensureHost } from './host.mjs';
import { cleanEnvironment } from './npm.mjs';
import { startOnLeash } from './onLeash.mjs';
import { step } from './steps.mjs';

/** @typedef {import('./steps.mjs').Log} Log */
/**
 * @typedef {object} BrowserProgram
 * @property {string} executablePath
 * @property {Record<string, string>} env the whole environment to start it with
 */

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chrome-headless-shell',
];
/** What VS Code 1.139 needs at the least. */
const oldest = 120;

/** @type {Promise<BrowserProgram> | undefined} */
let found;

/**
 * Finds a browser that really starts, or unpacks the one from npm.
 * `IPC_INSPECTOR_CHROMIUM` names one that must be taken, or `packaged` for the one from npm.
 * @param {{ log?: Log }} [options]
 * @returns {Promise<BrowserProgram>}
 */
export function ensureBrowser({ log = console.log } = {}) {
  found ??= choose(log);
  return found;
}

/**
 * Starts the browser. It ends with us.
 * @param {{ log?: Log }} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser(options) {
  return launch(await ensureBrowser(options));
}

/** @param {Log} log @returns {Promise<BrowserProgram>} */
async function choose(log) {
  const wanted = process.env['IPC_INSPECTOR_CHROMIUM'];
  if (wanted && wanted !== 'packaged') {
    const own = { executablePath: wanted, env: environment({}) };
    await verify(own);
    return own;
  }
  for (const executablePath of wanted ? [] : onPath()) {
    const own = { executablePath, env: environment({}) };
    try {
      await verify(own);
      return own;
    } catch (error) {
      log(`${executablePath} is no use: ${String(error).split('\n')[0]}`);
    }
  }
  const packaged = await unpack(log);
  await verify(packaged);
  return packaged;
}

/** Every file of the names above on the PATH, first come first. */
function onPath() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const files = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .filter((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  // The same program often lies on the PATH twice, as in /bin and /usr/bin.
  return [...new Map(files.map((file) => [realpathSync(file), file])).values()];
}

/** @param {BrowserProgram} program */
async function launch({ executablePath, env }) {
  return chromium.launch({
    executablePath,
    env,
    timeout: 30_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * Starts it once and looks whether it draws text: without any font it would not.
 * @param {BrowserProgram} program
 */
async function verify(program) {
  const browser = await launch(program);
  try {
    const major = Number.parseInt(browser.version(), 10);
    if (major < oldest) throw new Error(`it is version ${major}, older than ${oldest}`);
    const page = await browser.newPage();
    const ink = await page.evaluate(() => {
      const canvas = new globalThis.OffscreenCanvas(60, 20).getContext('2d');
      if (!canvas) return 0;
      canvas.font = '16px sans-serif';
      canvas.fillText('Text', 2, 16);
      return canvas.getImageData(0, 0, 60, 20).data.filter((v, i) => i % 4 === 3 && v > 0).length;
    });
    if (ink === 0) throw new Error('it draws no text (no fonts?)');
  } finally {
    await browser.close();
  }
}

/** @param {Log} log @returns {Promise<BrowserProgram>} */
async function unpack(log) {
  const host = await ensureHost({ log });
  const archive = join(host.root, 'node_modules/@sparticuz/chromium');
  if (process.arch !== 'x64' || !existsSync(archive)) {
    throw new Error(
      `There is no packaged browser for ${process.arch}: install Chromium or Chrome, or name one in IPC_INSPECTOR_CHROMIUM.`,
    );
  }
  const place = host.root.replace(/.*\/host-/, `${cacheRoot()}/chromium-`);
  const folder = await buildOnce(place, log, (scratch) =>
    step(log, 'Unpacking the browser', async () => {
      const script = `
        import { inflate } from '@sparticuz/chromium';
        const files = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'];
        for (const file of files) await inflate(${JSON.stringify(archive)} + '/bin/' + file);`;
      // The package unpacks into the temporary folder and takes what already lies there for its
      // own: it gets one that nobody else can write to.
      const run = startOnLeash(host.node, ['--input-type=module', '-e', script], {
        cwd: host.root,
        env: { ...cleanEnvironment(), TMPDIR: scratch },
      });
      if ((await run.exited) !== 0) throw new Error('The browser could not be unpacked.');
      mkdirSync(join(scratch, 'font-cache'));
      writeFileSync(join(scratch, 'fonts.conf'), fontconfig(place, join(host.root, 'node_modules')));
    }),
  );
  // It brings NSS and a font along, for machines that have none.
  const env = environment({
    LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  });
  return { executablePath: join(folder, 'chromium'), env };
}

/**
 * The machine's fonts if it has any, and those of our packages, so that a hex dump stands in
 * columns on a machine without fonts too.
 * @param {string} folder
 * @param {string} packages
 */
const fontconfig = (folder, packages) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <dir>${packages}/dejavu-fonts-ttf/ttf</dir>
  <cachedir>${folder}/font-cache</cachedir>
  <alias><family>sans-serif</family><default><family>Open Sans</family></default></alias>
  <alias><family>monospace</family><default><family>DejaVu Sans Mono</family></default></alias>
</fontconfig>
`;

/** @param {Record<string, string>} more @returns {Record<string, string>} */
function environment(more) {
  /** @type {Record<string, string>} */
  const result = {};
  for (const [name, value] of Object.entries({ ...cleanEnvironment(), ...more })) {
    if (value !== undefined) result[name] = value;
  }
  return result;
}
