/**
 * What was sent and what was received. A received message stays on disk (mode 0600) until it is dismissed: the copy is
 * stored before the kernel's is taken, so that no death of anybody loses it.
 */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { toBytes } from '../../protocol/bytes';
import type { HistoryEntry } from '../../protocol/pages/object';
import type { Ref } from '../../protocol/ref';
import { ReceivedFolder, type StoredMessage } from './receivedFolder';

export type { StoredMessage };

/** Sent messages are remembered for as long as the window lives, at most so many a queue. */
const MOST_SENT = 50;

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
  private readonly received: ReceivedFolder;
  /** Copies of messages that are being taken at this moment: not shown, since they settle at once. */
  private readonly underWay = new Set<string>();
  private readonly sent = new Map<Ref, HistoryEntry[]>();

  /** `folder`: of the received messages. */
  constructor(
    readonly folder: string,
    log: vscode.LogOutputChannel,
  ) {
    this.received = new ReceivedFolder(folder, log);
  }

  /** A queue's lines, newest first. */
  async of(origin: Pick<Origin, 'ref' | 'bootId'>): Promise<HistoryEntry[]> {
    const received = (await this.allReceived()).filter(
      (one) => one.ref === origin.ref && one.bootId === origin.bootId && !this.underWay.has(one.id),
    );
    return [...received.map(entryOf), ...(this.sent.get(origin.ref) ?? [])].sort((a, b) => b.at - a.at);
  }

  /** Every received message that was not dismissed, newest first. */
  async allReceived(): Promise<StoredMessage[]> {
    return [...(await this.received.read()).values()].sort((a, b) => b.at - a.at);
  }

  /** One line of a queue's history. */
  async get(ref: Ref, id: string): Promise<HistoryEntry | undefined> {
    return (await this.received.read()).get(id) ?? this.sent.get(ref)?.find((entry) => entry.id === id);
  }

  /** Notes a sent message. */
  addSent(ref: Ref, message: Pick<HistoryEntry, 'type' | 'priority' | 'content'>): void {
    const entry: HistoryEntry = { id: randomUUID(), ref, at: Date.now(), what: 'sent', ...message };
    this.sent.set(ref, [entry, ...(this.sent.get(ref) ?? [])].slice(0, MOST_SENT));
    this.changed.fire(ref);
  }

  /** Stores the copy of a message before it is taken, and answers its line. Resolves when it is on disk. */
  async store(
    prepared: StoredMessage,
    { type, content }: Pick<HistoryEntry, 'type' | 'content'>,
  ): Promise<StoredMessage> {
    const entry: StoredMessage = { ...prepared, ...(type !== undefined && { type }), content };
    this.underWay.add(entry.id);
    await this.received.write(entry);
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
    this.underWay.delete(entry.id);
    try {
      await this.received.write(entry);
    } catch (error) {
      this.received.keep(entry);
      throw error;
    } finally {
      this.changed.fire(entry.ref);
    }
  }

  /** The user needs it no longer, or it was never taken. */
  async dismiss(ref: Ref, id: string): Promise<void> {
    this.underWay.delete(id);
    if (!(await this.received.remove(id)))
      this.sent.set(
        ref,
        (this.sent.get(ref) ?? []).filter((entry) => entry.id !== id),
      );
    this.changed.fire(ref);
  }

  /** A helper ended: what it had taken and nobody had stored is shown from now on. */
  async adoptRescued(): Promise<void> {
    for (const { id, ref } of await this.received.adoptRescued()) {
      this.underWay.delete(id);
      this.changed.fire(ref);
    }
  }
}

function entryOf({ bootId: _bootId, name: _name, ...entry }: StoredMessage): HistoryEntry {
  return entry;
}
