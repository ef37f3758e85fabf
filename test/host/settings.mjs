// @ts-check
// Settings of a VS Code that keeps quiet: nothing asks, advertises, fetches or pops up.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {Record<string, unknown>} Settings */

/** @type {Settings} */
export const calmSettings = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.accessibilitySupport': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.restoreWindows': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * Writes the user's settings: the calm ones and what is given. Read when a window opens.
 * @param {string} userDataDir
 * @param {Settings} [settings]
 */
export function writeSettings(userDataDir, settings = {}) {
  write(join(userDataDir, 'User'), { ...calmSettings, ...settings });
}

/**
 * Writes the settings of code-server's machine. They win over the user's, and open windows take
 * them over at once: of the user's own file they do not notice when others change it.
 * @param {string} userDataDir
 * @param {Settings} settings
 */
export function writeLiveSettings(userDataDir, settings) {
  write(join(userDataDir, 'Machine'), settings);
}

/** @param {string} folder @param {Settings} settings */
function write(folder, settings) {
  const file = join(folder, 'settings.json');
  mkdirSync(folder, { recursive: true });
  // Renamed into place, so that a running VS Code never reads half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify(settings, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
