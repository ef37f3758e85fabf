// @ts-check
// Settings of a VS Code that keeps quiet: nothing asks, advertises, fetches or pops up.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
 * The file of the user's settings in a user data folder.
 * @param {string} userDataDir
 */
export function settingsFile(userDataDir) {
  return join(userDataDir, 'User', 'settings.json');
}

/**
 * Writes the user's settings: the calm ones and what is given. A running VS Code takes them over.
 * @param {string} userDataDir
 * @param {Settings} [settings]
 */
export function writeSettings(userDataDir, settings = {}) {
  const file = settingsFile(userDataDir);
  mkdirSync(dirname(file), { recursive: true });
  // Renamed into place, so that a running VS Code never reads half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...calmSettings, ...settings }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
