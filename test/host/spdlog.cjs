// In place of @vscode/spdlog, which is native and stays unbuilt: without it a server keeps no log of its extensions.
'use strict';
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

class Logger {
  constructor(/** @type {string} */ file) {
    this.file = file;
    this.level = 2;
    this.plain = false;
    mkdirSync(dirname(file), { recursive: true });
    for (const [rank, name] of levels.entries())
      /** @type {any} */ (this)[name] = (/** @type {string} */ text) => this.write(rank, name, text);
  }
  write(/** @type {number} */ rank, /** @type {string} */ name, /** @type {string} */ text) {
    if (rank < this.level) return;
    const head = this.plain ? '' : `${new Date().toISOString()} [${name}] `;
    appendFileSync(this.file, `${head}${text}${this.plain ? '' : '\n'}`);
  }
  getLevel() {
    return this.level;
  }
  setLevel(/** @type {number} */ level) {
    this.level = level;
  }
  clearFormatters() {
    this.plain = true;
  }
  setPattern() {}
  flush() {}
  drop() {}
}

/** @param {string} _name @param {string} file */
const create = (_name, file) => Promise.resolve(new Logger(file));

// One by one, so that `import()` finds them by their names.
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
