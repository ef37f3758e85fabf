/** A page opens the page of something that it names. */
import * as vscode from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import type { IpcObject } from '../../protocol/kinds';
import { parseProcessRef, type Ref } from '../../protocol/ref';
import { COMMANDS } from '../ids';

/** `objectOf`: an object that the page knows. Throws `gone`. */
export async function openSubject(
  ref: Ref,
  objectOf: (ref: Ref) => IpcObject | undefined,
): Promise<Record<string, never>> {
  if (parseProcessRef(ref)) {
    await vscode.commands.executeCommand(COMMANDS.openProcess, { ref });
    return {};
  }
  const object = objectOf(ref);
  if (!object) throw new IpcFailure({ code: 'gone' });
  await vscode.commands.executeCommand(COMMANDS.open, { object });
  return {};
}
