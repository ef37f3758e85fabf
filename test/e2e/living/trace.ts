/** What the extension's log says of which look is drawn where. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The setting of a window's address by which our log keeps its trace. */
export const TRACED = [['logLevel', 'ipc-inspector.ipc-inspector:trace']];

/** When the newest look began that each view and panel has drawn, in milliseconds since the epoch. */
export function drawn(userDataDir: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const file of logs(userDataDir))
    for (const [, name = '', at] of readFileSync(file, 'utf8').matchAll(/drawn: (.+): look of (\d+)$/gm))
      found.set(name, Math.max(found.get(name) ?? 0, Number(at)));
  return found;
}

/** Of every extension host that there was: a reload begins another one. */
function logs(userDataDir: string): string[] {
  const root = join(userDataDir, 'logs');
  const folders = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  return folders(root)
    .flatMap((run) =>
      folders(join(root, run)).map((host) => join(root, run, host, 'ipc-inspector.ipc-inspector')),
    )
    .flatMap((folder) => folders(folder).map((file) => join(folder, file)));
}

/** The last lines of the newest. */
export function tail(userDataDir: string): string {
  return logs(userDataDir)
    .map((file) => `${file}\n${readFileSync(file, 'utf8').split('\n').slice(-30).join('\n')}`)
    .join('\n');
}
