/** Every name that package.json and the code share; a unit test compares the two. */

export const COMMANDS = {
  refresh: 'ipcInspector.refresh',
  open: 'ipcInspector.open',
  keepOpen: 'ipcInspector.keepOpen',
  openProcess: 'ipcInspector.openProcess',
  openTable: 'ipcInspector.openTable',
  createQueue: 'ipcInspector.createQueue',
  createSet: 'ipcInspector.createSet',
  createSegment: 'ipcInspector.createSegment',
  createFifo: 'ipcInspector.createFifo',
  createMq: 'ipcInspector.createMq',
  createSemaphore: 'ipcInspector.createSemaphore',
  createMemory: 'ipcInspector.createMemory',
  find: 'ipcInspector.find',
  send: 'ipcInspector.send',
  peek: 'ipcInspector.peek',
  receive: 'ipcInspector.receive',
  alterCapacity: 'ipcInspector.alterCapacity',
  drainAndRestore: 'ipcInspector.drainAndRestore',
  talk: 'ipcInspector.talk',
  listen: 'ipcInspector.listen',
  receivedMessages: 'ipcInspector.receivedMessages',
  operate: 'ipcInspector.operate',
  hold: 'ipcInspector.hold',
  setValue: 'ipcInspector.setValue',
  setAll: 'ipcInspector.setAll',
  post: 'ipcInspector.post',
  tryWait: 'ipcInspector.tryWait',
  waitFor: 'ipcInspector.waitFor',
  attachAndLook: 'ipcInspector.attachAndLook',
  write: 'ipcInspector.write',
  read: 'ipcInspector.read',
  resize: 'ipcInspector.resize',
  lock: 'ipcInspector.lock',
  unlock: 'ipcInspector.unlock',
  endWaits: 'ipcInspector.endWaits',
  alter: 'ipcInspector.alter',
  destroy: 'ipcInspector.destroy',
  sendSignal: 'ipcInspector.sendSignal',
  signalGroup: 'ipcInspector.signalGroup',
  continueProcess: 'ipcInspector.continueProcess',
  endProcess: 'ipcInspector.endProcess',
  copyId: 'ipcInspector.copyId',
  copyKey: 'ipcInspector.copyKey',
  copyName: 'ipcInspector.copyName',
  copyPath: 'ipcInspector.copyPath',
  copyPid: 'ipcInspector.copyPid',
  copyIpcrm: 'ipcInspector.copyIpcrm',
  copyFinding: 'ipcInspector.copyFinding',
  why: 'ipcInspector.why',
  whyTerminal: 'ipcInspector.whyTerminal',
  whyDebuggee: 'ipcInspector.whyDebuggee',
  limits: 'ipcInspector.limits',
  silence: 'ipcInspector.silence',
  silenced: 'ipcInspector.silenced',
  revealProcess: 'ipcInspector.revealProcess',
  revealObject: 'ipcInspector.revealObject',
  filterObjects: 'ipcInspector.filterObjects',
  filterProcesses: 'ipcInspector.filterProcesses',
  openWalkthrough: 'ipcInspector.openWalkthrough',
  startSample: 'ipcInspector.startSample',
  stopSample: 'ipcInspector.stopSample',
  restartHelper: 'ipcInspector.restartHelper',
  showLog: 'ipcInspector.showLog',
  collectDiagnostics: 'ipcInspector.collectDiagnostics',
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = {
  findings: 'ipcInspector.findings',
  objects: 'ipcInspector.objects',
  processes: 'ipcInspector.processes',
} as const;

export const SETTINGS = {
  refreshInterval: 'ipcInspector.refreshInterval',
  folders: 'ipcInspector.folders',
  statusBar: 'ipcInspector.findings.statusBar',
  thresholds: 'ipcInspector.findings.thresholds',
} as const;

export const CONTEXT = {
  /** `starting`, `unsupported`, `helperFailed` or `ready` */
  state: 'ipcInspector.state',
  /** Why it is unsupported: `platform` or `native` */
  reason: 'ipcInspector.reason',
  /** `none` where everything was looked at and nothing is wrong; else empty */
  found: 'ipcInspector.found',
  /** `runs` while the sample of this window does; else empty */
  sample: 'ipcInspector.sample',
} as const;

/** Words that a row carries besides its kind's, its abilities and its flags: an act of ours waits or holds there. */
export const OWN_WORDS = { waiting: 'waiting', holding: 'holding' } as const;
/** Somebody waits there, whoever it is. */
export const WAITED_WORD = 'waitedFor';

export const PANEL = 'ipcInspector.object';
/** Scheme of the read-only documents: tables, received messages. */
export const DOCUMENT_SCHEME = 'ipc-inspector';
/** Scheme of the resources that only carry a decoration. */
export const DECORATION_SCHEME = 'ipc-inspector-row';

/** The walkthrough, as VS Code names it. */
export const WALKTHROUGH = 'ipc-inspector.ipc-inspector#ipcInspector.firstContact';
