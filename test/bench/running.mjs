// @ts-check
/** The helper as it runs behind the extension, asked as the extension asks. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  createMessageConnection,
  ParameterStructures,
  RequestType,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';

/** @typedef {'count' | 'rows'} Level */

export class Running {
  child = spawn(process.execPath, ['dist/helper.js', 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  connection = createMessageConnection(
    new StreamMessageReader(this.child.stdout),
    new StreamMessageWriter(this.child.stdin),
  );
  /** @type {{ epoch: string | null, seq: number }} */
  position = { epoch: null, seq: 0 };

  constructor() {
    this.connection.listen();
  }

  /**
   * One look, now: milliseconds until the answer is here. `full`: as who has nothing yet. `thorough`: as a user who asks for a refresh, so that
   * nothing is taken for unchanged, and what differs is answered.
   * @param {Level} level @param {{ full?: boolean, thorough?: boolean, interval?: number, fresh?: boolean }} [how]
   */
  async look(level, { full = false, thorough = false, interval = 10, fresh = true } = {}) {
    const kinds = [
      ...['sysv.msg', 'sysv.sem', 'sysv.shm', 'posix.mq', 'posix.sem', 'posix.shm'],
      ...['pipe', 'fifo', 'unix', 'inet', 'mapping'],
    ];
    const interest = { levels: Object.fromEntries(kinds.map((kind) => [kind, level])), details: [] };
    const from = full ? { epoch: null, seq: 0 } : this.position;
    const start = performance.now();
    const batch = /** @type {{ epoch: string, seq: number, added: unknown[], pending: string[] }} */ (
      await this.request('changes', { ...from, interest, interval, fresh, thorough })
    );
    this.position = { epoch: batch.epoch, seq: batch.seq };
    return { time: performance.now() - start, objects: batch.added.length, pending: batch.pending.length };
  }

  /** @param {string} call @param {object} parameters @returns {Promise<unknown>} */
  request(call, parameters) {
    return this.connection.sendRequest(new RequestType(call, ParameterStructures.byName), parameters);
  }

  /** @param {string} kind @param {string} ability @param {object} parameters */
  act(kind, ability, parameters) {
    return this.request('act', { kind, ability, parameters });
  }

  /**
   * Looks on as the extension does while nobody does anything: one request open at a time, a look each `interval` milliseconds.
   * @param {Level} level @param {{ interval: number, time: number }} how
   */
  async watch(level, { interval, time }) {
    const end = performance.now() + time;
    while (performance.now() < end) await this.look(level, { interval, fresh: false });
  }

  /** Bytes resident now. */
  get resident() {
    return this.field('VmRSS') * 1024;
  }

  /** CPU time used so far, in milliseconds. */
  get cpu() {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** @param {string} name */
  field(name) {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'latin1');
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await ended;
    this.connection.dispose();
  }
}
