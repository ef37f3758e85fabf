/** A page runs the command of a cure, which asks its own questions. */
import * as vscode from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import type { Cure } from '../../protocol/findings';
import type { IpcObject } from '../../protocol/kinds';
import { parseProcessRef, type Ref } from '../../protocol/ref';
import { CURES, givenBy } from '../model/cures';

/** `objectOf`: an object that the page knows. Throws `gone` and `unsupported`. */
export async function carryOutCure(cure: Cure, objectOf: (ref: Ref) => IpcObject | undefined): Promise<void> {
  const command = CURES[cure.is](cure);
  if (command === undefined) throw new IpcFailure({ code: 'unsupported' });
  const object = parseProcessRef(cure.ref) ? undefined : objectOf(cure.ref);
  if (!object && !parseProcessRef(cure.ref)) throw new IpcFailure({ code: 'gone' });
  await vscode.commands.executeCommand(
    command,
    object ? { object, given: givenBy(cure), cure } : { ref: cure.ref, cure },
  );
}
