/**
 * The received messages on disk, a file each (mode 0600). Every window has the same folder, so it is looked at again whenever something is asked of it: what another window
 * received is there, and what it dismissed or sent back is not shown as it was.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type * as vscode from 'vscode';
import { drainedId, journalName, readJournal } from '../../protocol/drainJournal';
import { moment } from '../../protocol/facts';
import { historyEntry } from '../../protocol/pages/object';
import { refSchema } from '../../protocol/ref';
import { settle } from './settle';

/** A file of the store. `bootId`, since a ref of another boot names another object. */
const storedSchema = v.object({
  ...historyEntry.entries,
  ref: refSchema,
  bootId: v.string(),
  name: v.string(),
});
export type StoredMessage = v.InferOutput<typeof storedSchema>;

/**
 * What the helper writes of a message that it had taken when its caller died: the stored entry, and what was really taken. Where many are taken at once
 * no entry was stored for each, so they have no `id`.
 */
const rescuedSchema = v.object({ ...storedSchema.entries, id: v.optional(v.string()), takenAt: moment });

/** Milliseconds after which nobody writes a half file any more. */
const ABANDONED = 60_000;
/** Milliseconds within which a folder may change twice and keep its time. */
const SETTLED = 2000;

export class ReceivedFolder {
  private readonly entries = new Map<string, StoredMessage>();
  /** Of each file that was looked at: as it was then, and whose entry it is. */
  private readonly files = new Map<string, { stamp: string; id: string | undefined }>();
  /** The folder's time when all of it was read, where that proves anything. */
  private readUpTo: number | undefined;
  /** One after the other. */
  private work: Promise<unknown>;

  constructor(
    readonly path: string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.work = this.begin().catch((error: unknown) => log.error(`history: ${path}: ${textOf(error)}`));
  }

  /** Every entry by its id, as the folder has them now. */
  read(): Promise<ReadonlyMap<string, StoredMessage>> {
    return this.serially(async () => {
      // What was known stays where the folder cannot be read.
      await this.look().catch((error: unknown) =>
        this.log.warn(`history: ${this.path} cannot be read: ${textOf(error)}`),
      );
      return this.entries;
    });
  }

  /** Written aside, flushed, then renamed: a half file is never taken for a whole one. Resolves when it is on disk. */
  async write(entry: StoredMessage): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const name = `${entry.id}.json`;
    const path = join(this.path, name);
    const part = `${path}.${randomUUID()}.part`;
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(entry));
      await file.sync();
      await rename(part, path);
      this.files.set(name, { stamp: stampOf(await file.stat()), id: entry.id });
    } finally {
      await file.close();
    }
    this.entries.set(entry.id, entry);
  }

  /** Has an entry that could not be written for as long as the window lives. */
  keep(entry: StoredMessage): void {
    this.entries.set(entry.id, entry);
  }

  /** Removes an entry. False where there is none. */
  remove(id: string): Promise<boolean> {
    return this.serially(async () => {
      if (!this.entries.delete(id)) return false;
      this.files.delete(`${id}.json`);
      await rm(join(this.path, `${id}.json`), { force: true });
      return true;
    });
  }

  /** A helper ended: what it had taken and nobody had stored it wrote into the folder. Answers what was found. */
  adoptRescued(): Promise<StoredMessage[]> {
    return this.serially(() => this.adoptAll());
  }

  private serially<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch(() => undefined);
    return done;
  }

  private async begin(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await chmod(this.path, 0o700);
    for (const name of await readdir(this.path))
      if (name.endsWith('.part')) await this.removeAbandoned(join(this.path, name));
    await this.adoptAll();
  }

  /** Half-written by somebody who died, unless another window is at it just now; its copy was never said to be stored. */
  private async removeAbandoned(part: string): Promise<void> {
    if (await this.isAbandoned(part)) await rm(part, { force: true });
  }

  private async isAbandoned(path: string): Promise<boolean> {
    const written = await stat(path).catch(() => undefined);
    return written !== undefined && Date.now() - written.mtimeMs > ABANDONED;
  }

  /** Reads what differs from the last time. */
  private async look(): Promise<void> {
    const now = Date.now();
    const { mtimeMs } = await stat(this.path);
    if (mtimeMs === this.readUpTo) return;
    // What is written while we read is not missing.
    const known = [...this.files.keys()];
    const names = (await readdir(this.path)).filter((name) => name.endsWith('.json') && !isRescued(name));
    for (const name of names) await this.tryFile(name, () => this.readFile(name));
    const here = new Set(names);
    for (const name of known.filter((one) => !here.has(one))) {
      const { id } = this.files.get(name) ?? {};
      if (id !== undefined) this.entries.delete(id);
      this.files.delete(name);
    }
    this.readUpTo = now - mtimeMs > SETTLED ? mtimeMs : undefined;
  }

  private async readFile(name: string): Promise<void> {
    const path = join(this.path, name);
    const stamp = stampOf(await stat(path));
    if (this.files.get(name)?.stamp === stamp) return;
    // Also one that does not fit is read once.
    this.files.set(name, { stamp, id: undefined });
    const entry = v.parse(storedSchema, JSON.parse(await readFile(path, 'utf8')));
    this.files.set(name, { stamp, id: entry.id });
    this.entries.set(entry.id, entry);
  }

  /** A file that does not fit is left alone, and the log says so. */
  private async tryFile(name: string, task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      // Another window was faster.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.log.warn(`history: ${name} is left alone: ${textOf(error)}`);
    }
  }

  private async adoptAll(): Promise<StoredMessage[]> {
    // First, so that what the helper rescued finds the copy that it replaces.
    await this.look();
    const adopted: StoredMessage[] = [];
    for (const name of (await readdir(this.path)).filter(isRescued))
      await this.tryFile(name, async () => adopted.push(...(await this.adopt(name))));
    for (const name of await readdir(this.path)) {
      const journal = journalName(name);
      if (journal !== undefined)
        await this.tryFile(name, async () => adopted.push(...(await this.adoptJournal(name, journal))));
    }
    return adopted;
  }

  /** A message that the helper rescued replaces the copy that was stored for it, and no other. */
  private async adopt(name: string): Promise<StoredMessage[]> {
    const path = join(this.path, name);
    const text = await readFile(path, 'utf8');
    // Of a helper of before that was killed when it had just made the file: there is nothing in it.
    if (text === '') {
      if (await this.isAbandoned(path)) await rm(path, { force: true });
      return [];
    }
    const rescued = v.parse(rescuedSchema, JSON.parse(text));
    // `cutAt` stands there for how many bytes were to be taken at most. Without an id it is known by its file, so that two windows that adopt it make one line of it.
    const { takenAt, cutAt, id = name.replace(/^taken-|\.json$/g, ''), ...rest } = rescued;
    const entry = { ...rest, id };
    const settled = settle(this.entries.get(id), entry, cutAt);
    const stored: StoredMessage = { ...entry, ...settled, at: takenAt, what: 'received' };
    await this.write(stored);
    await rm(path, { force: true });
    return [stored];
  }

  /** What a drain had taken and not sent back when its helper died. What was just on its way back may be in the queue too: that is said. */
  private async adoptJournal(file: string, journal: string): Promise<StoredMessage[]> {
    const path = join(this.path, file);
    const found = readJournal(await readFile(path));
    // Whoever writes it still knows better.
    if (found ? await isAlive(found) : !(await this.isAbandoned(path))) return [];
    const adopted: StoredMessage[] = [];
    for (const { number, priority, takenAt, content, certain } of found?.messages ?? []) {
      const id = drainedId(journal, number);
      // It was stored, and the helper died before it heard of that.
      if (this.entries.has(id)) continue;
      const what = certain ? 'received' : 'uncertain';
      const stored = v.parse(storedSchema, { ...found?.entry, id, priority, content, at: takenAt, what });
      await this.write(stored);
      adopted.push(stored);
    }
    await rm(path, { force: true });
    return adopted;
  }
}

function isRescued(name: string): boolean {
  return name.startsWith('taken-') && name.endsWith('.json');
}

/** Whether the process that began at this time (field 22 of proc(5)'s stat) still runs. */
async function isAlive({ pid, startTime }: { pid: number; startTime: string }): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state !== 'Z' && state !== 'X' && fields[18] === startTime;
}

function stampOf({ ino, mtimeMs, size }: { ino: number; mtimeMs: number; size: number }): string {
  return `${ino} ${mtimeMs} ${size}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
