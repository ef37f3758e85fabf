/** Every command. */
import type { Documents } from '../ui/documents';
import type { Command } from './command';
import { copyFinding, copyId, copyIpcrm, copyKey, copyName, copyPath, copyPid } from './copy';
import { collectDiagnostics } from './diagnostics';
import { filterObjects, filterProcesses } from './filter';
import { find } from './find';
import { limits } from './limits';
import { keepOpen, open, receivedMessages, refresh, restartHelper, showLog } from './look';
import { openProcess, processVerbs } from './processes';
import { revealObject, revealProcess } from './reveal';
import { openWalkthrough, startSample, stopSample } from './sample';
import { silence, silenced } from './silence';
import { verbs } from './verbs';
import { openTable } from './openTable';
import { endWaits } from './waits';
import { why } from './why';
import { whyDebuggee } from './whyDebuggee';
import { whyTerminal } from './whyTerminal';

/** The commands of the extension; a unit test compares them with package.json. */
export function allCommands(documents: Documents): Command[] {
  return [
    ...verbs,
    ...processVerbs,
    refresh,
    open,
    keepOpen,
    openProcess,
    openTable,
    find,
    filterObjects,
    filterProcesses,
    limits,
    why,
    whyTerminal,
    whyDebuggee,
    revealProcess,
    revealObject,
    receivedMessages(documents),
    endWaits,
    copyId,
    copyKey,
    copyName,
    copyPath,
    copyPid,
    copyIpcrm,
    copyFinding,
    silence,
    silenced,
    openWalkthrough,
    startSample,
    stopSample,
    restartHelper,
    showLog,
    collectDiagnostics(documents),
  ];
}
