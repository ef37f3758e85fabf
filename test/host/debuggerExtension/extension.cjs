// A debug adapter that starts a program for real and knows nothing else of it (Debug Adapter Protocol).
'use strict';
const { spawn } = require('node:child_process');
// @ts-ignore: VS Code gives it.
const vscode = require('vscode');

class Adapter {
  constructor() {
    this.emitter = new vscode.EventEmitter();
    this.onDidSendMessage = this.emitter.event;
    this.seq = 1;
    /** @type {import('node:child_process').ChildProcess | undefined} */
    this.program = undefined;
  }
  /** @param {object} message */
  say(message) {
    this.emitter.fire({ seq: this.seq++, ...message });
  }
  /** @param {string} event @param {object} [body] */
  tell(event, body) {
    this.say({ type: 'event', event, body });
  }
  /** @param {{ seq: number, command: string, arguments: { program: string, args: string[] } }} request */
  handleMessage({ seq, command, arguments: asked }) {
    const answer = (/** @type {object | undefined} */ body) =>
      this.say({ type: 'response', request_seq: seq, success: true, command, body });
    if (command === 'initialize') {
      answer({ supportsConfigurationDoneRequest: true });
      this.tell('initialized');
    } else if (command === 'launch') {
      this.program = spawn(asked.program, asked.args, { stdio: ['pipe', 'ignore', 'ignore'] });
      this.program.once('exit', () => this.tell('terminated'));
      answer(undefined);
      this.tell('process', { name: asked.program, systemProcessId: this.program.pid, isLocalProcess: true });
    } else if (command === 'threads') {
      answer({ threads: [{ id: 1, name: 'main' }] });
    } else {
      if (command === 'disconnect' || command === 'terminate') this.dispose();
      answer(undefined);
    }
  }
  dispose() {
    this.program?.kill('SIGKILL');
  }
}

exports.activate = () => {
  vscode.debug.registerDebugAdapterDescriptorFactory('ipc-test', {
    createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new Adapter()),
  });
};
