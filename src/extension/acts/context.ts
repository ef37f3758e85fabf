/** What acts work with. */
import type { LogOutputChannel } from 'vscode';
import type { IpcObject, Thing } from '../../protocol/kinds';
import type { Kind, Ref, SubjectKind } from '../../protocol/ref';
import type { Ask } from '../ui/ask';
import type { Documents } from '../ui/documents';
import type { Helper } from '../helper/helper';
import type { History } from '../model/history';
import type { Inventory } from '../model/inventory';
import type { Sessions } from '../model/sessions';

/** The panels, as far as an act needs them. */
export interface Viewer {
  /** Whether a visible panel shows the object. */
  shows(ref: Ref): boolean;
  show(object: IpcObject, how: { keep: boolean; preserveFocus: boolean }): void;
}

export interface ActContext {
  helper: Helper;
  history: History;
  inventory: Inventory;
  sessions: Sessions;
  ask: Ask;
  log: LogOutputChannel;
  panels: Viewer;
  documents: Documents;
}

/** What an act is asked with, as far as it is known. */
export type Given = Readonly<Record<string, unknown>>;

/** What an act is about: an object, a process, or a kind where it makes something new or what is meant is not listed. */
export type Subject = Thing | Kind;

/** Whether it is an object, which has a panel and may be destroyed. */
export function isObject(thing: Thing): thing is IpcObject {
  return thing.kind !== 'process';
}

/** The parts of a subject. */
export function partsOf(subject: Subject): { kind: SubjectKind; object: Thing | undefined } {
  return typeof subject === 'string'
    ? { kind: subject, object: undefined }
    : { kind: subject.kind, object: subject };
}

/** The object or process as it is at this moment. Throws IpcFailure. */
export function inspect<T extends Thing>(
  { helper }: Pick<ActContext, 'helper'>,
  { kind, ref }: T,
): Promise<T> {
  return helper.act<SubjectKind, 'inspect'>(kind, 'inspect', { ref }) as Promise<T>;
}
