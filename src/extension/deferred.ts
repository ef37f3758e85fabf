/** The third entry of the extension: commands, acts, pages and sessions, which nothing needs before one of them is used. `running.ts` loads its bundle then. */
export { allCommands } from './commands';
export { Sample } from './model/sample';
export { Sessions } from './model/sessions';
export { Panels } from './panels/panels';
