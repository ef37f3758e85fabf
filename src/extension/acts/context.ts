/** What acts work with. */
import type { LogOutputChannel } from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import type { Kind, Ref } from '../../protocol/ref';
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

/** What an act is about: an object, or a kind where it makes something new or what is meant is not listed. */
export type Subject = IpcObject | Kind;

/** The parts of a subject. */
export function partsOf(subject: Subject): { kind: Kind; object: IpcObject | undefined } {
  return typeof subject === 'string'
    ? { kind: subject, object: undefined }
    : { kind: subject.kind, object: subject };
}

/** The object as it is at this moment. Throws IpcFailure. */
export function inspect(
  { helper }: Pick<ActContext, 'helper'>,
  { kind, ref }: IpcObject,
): Promise<IpcObject> {
  return helper.act(kind, 'inspect', { ref });
}
