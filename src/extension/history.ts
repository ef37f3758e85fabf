/**
 * What was sent and what was received. A received message stays on disk (mode 0600) until it is dismissed: the copy is
 * stored before the kernel's is taken, so that no death of anybody loses it.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { toBytes } from '../protocol/bytes';
import { moment } from '../protocol/facts';
import { historyEntry, type HistoryEntry } from '../protocol/panels';
import { refSchema, type Ref } from '../protocol/ref';
import { settle } from './settle';

/** Sent messages are remembered for as long as the window lives, at most so many a queue. */
const MOST_SENT = 50;

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

/** Of which queue a message is. */
export interface Origin {
  ref: Ref;
  bootId: string;
  /** What a person calls it. */
  name: string;
}

export class History {
  private readonly changed = new vscode.EventEmitter<Ref>();
  /** Fires with the queue whose history changed. */
  readonly onDidChange = this.changed.event;
  private readonly received = new Map<string, StoredMessage>();
  /** Copies of messages that are being taken at this moment: not shown, since they settle at once. */
  private readonly underWay = new Set<string>();
  private readonly sent = new Map<Ref, HistoryEntry[]>();
  private ready: Promise<void>;

  constructor(
    /** The folder of the received messages. */
    readonly folder: string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.ready = this.load().catch((error: unknown) => {
      log.error(
        `history: ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  /** A queue's lines, newest first. */
  async of(origin: Pick<Origin, 'ref' | 'bootId'>): Promise<HistoryEntry[]> {
    await this.ready;
    const received = [...this.received.values()].filter(
      (one) => one.ref === origin.ref && one.bootId === origin.bootId && !this.underWay.has(one.id),
    );
    return [...received.map(entryOf), ...(this.sent.get(origin.ref) ?? [])].sort((a, b) => b.at - a.at);
  }

  /** Every received message that was not dismissed, newest first. */
  async allReceived(): Promise<StoredMessage[]> {
    await this.ready;
    return [...this.received.values()].sort((a, b) => b.at - a.at);
  }

  /** One line of a queue's history. */
  async get(ref: Ref, id: string): Promise<HistoryEntry | undefined> {
    await this.ready;
    return this.received.get(id) ?? this.sent.get(ref)?.find((entry) => entry.id === id);
  }

  /** Notes a sent message. */
  addSent(ref: Ref, message: Pick<HistoryEntry, 'type' | 'priority' | 'content'>): void {
    const entry: HistoryEntry = { id: randomUUID(), at: Date.now(), what: 'sent', ...message };
    this.sent.set(ref, [entry, ...(this.sent.get(ref) ?? [])].slice(0, MOST_SENT));
    this.changed.fire(ref);
  }

  /** Stores the copy of a message before it is taken, and answers its line. Resolves when it is on disk. */
  async store(
    prepared: StoredMessage,
    { type, content }: Pick<HistoryEntry, 'type' | 'content'>,
  ): Promise<StoredMessage> {
    await this.ready;
    const entry: StoredMessage = { ...prepared, ...(type !== undefined && { type }), content };
    this.underWay.add(entry.id);
    await this.write(entry);
    return entry;
  }

  /** The line of a message that is still to come. Nothing is stored: there is nothing yet. */
  prepare(origin: Origin): StoredMessage {
    const nothing = toBytes(new Uint8Array());
    return { id: randomUUID(), at: Date.now(), what: 'uncertain', content: nothing, ...origin };
  }

  /** What the helper needs to keep a taken message, should we die before it is stored. `truncate`: at most so many bytes are taken. */
  recoveryOf(
    entry: StoredMessage,
    truncate: number | undefined,
  ): { folder: string; entry: Record<string, unknown> } {
    const { content: _content, ...rest } = entry;
    return {
      folder: this.folder,
      entry: { ...rest, ...(truncate !== undefined && { cutAt: truncate }) },
    };
  }

  /** The same where the helper takes many: one for each message is made of it. */
  recoveryOfMany(origin: Origin): ReturnType<History['recoveryOf']> {
    const { folder, entry } = this.recoveryOf(this.prepare(origin), undefined);
    const { id: _id, ...rest } = entry;
    return { folder, entry: rest };
  }

  /** Nobody can learn any more whether a stored copy was taken: it is shown as uncertain. */
  giveUp({ id, ref }: StoredMessage): void {
    this.underWay.delete(id);
    this.changed.fire(ref);
  }

  /** Replaces a stored line. Resolves when it is on disk; where it cannot be written it is shown all the same, for as long as the window lives. */
  async replace(entry: StoredMessage): Promise<void> {
    await this.ready;
    this.underWay.delete(entry.id);
    try {
      await this.write(entry);
    } catch (error) {
      this.received.set(entry.id, entry);
      this.changed.fire(entry.ref);
      throw error;
    }
  }

  /** The user needs it no longer, or it was never taken. */
  async dismiss(ref: Ref, id: string): Promise<void> {
    await this.ready;
    this.underWay.delete(id);
    if (this.received.delete(id)) await rm(this.path(id), { force: true });
    else
      this.sent.set(
        ref,
        (this.sent.get(ref) ?? []).filter((entry) => entry.id !== id),
      );
    this.changed.fire(ref);
  }

  /** Written aside, flushed, then renamed: a half file is never taken for a whole one. */
  private async write(entry: StoredMessage): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = this.path(entry.id);
    const file = await open(`${path}.part`, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(entry));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    this.received.set(entry.id, entry);
    if (!this.underWay.has(entry.id)) this.changed.fire(entry.ref);
  }

  private path(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  /** A helper ended: what it had taken and nobody had stored it wrote into the folder. */
  adoptRescued(): Promise<void> {
    // One after the other: two would both adopt the same.
    const adopted = this.ready.then(async () => this.read((await readdir(this.folder)).filter(isRescued)));
    this.ready = adopted.catch(() => undefined);
    return adopted;
  }

  /** Reads the folder. */
  private async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await chmod(this.folder, 0o700);
    const all = await readdir(this.folder);
    // Half-written by somebody who died; its copy was never said to be stored.
    for (const name of all) if (name.endsWith('.part')) await rm(join(this.folder, name), { force: true });
    const names = all.filter((name) => name.endsWith('.json'));
    // Copies first, so that what the helper rescued finds the copy that it replaces.
    await this.read(names.sort((a, b) => Number(isRescued(a)) - Number(isRescued(b))));
  }

  /** Reads files of the folder. One that does not fit is left alone, and the log says so. */
  private async read(names: readonly string[]): Promise<void> {
    for (const name of names) {
      try {
        const content: unknown = JSON.parse(await readFile(join(this.folder, name), 'utf8'));
        if (isRescued(name)) await this.adopt(name, v.parse(rescuedSchema, content));
        else {
          const entry = v.parse(storedSchema, content);
          this.received.set(entry.id, entry);
        }
      } catch (error) {
        this.log.warn(
          `history: ${name} is left alone: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  /** A message that the helper rescued replaces the copy that was stored for it, and no other. */
  private async adopt(file: string, rescued: v.InferOutput<typeof rescuedSchema>): Promise<void> {
    // `cutAt` stands there for how many bytes were to be taken at most.
    // Without an id it is known by its file, so that two windows that adopt it make one line of it.
    const { takenAt, cutAt, id = file.replace(/^taken-|\.json$/g, ''), ...rest } = rescued;
    const entry = { ...rest, id };
    const settled = settle(this.received.get(entry.id), entry, cutAt);
    this.underWay.delete(entry.id);
    await this.write({ ...entry, ...settled, at: takenAt, what: 'received' });
    await rm(join(this.folder, file), { force: true });
  }
}

function entryOf({ ref: _ref, bootId: _bootId, name: _name, ...entry }: StoredMessage): HistoryEntry {
  return entry;
}

function isRescued(name: string): boolean {
  return name.startsWith('taken-') && name.endsWith('.json');
}
