/** `inspect`: everything about one object, with its details. */
import { IpcFailure } from '../../protocol/errors';
import { concerns, hiddenHolders } from '../../presentation/absence';
import { visible } from '../../presentation/text';
import { durationText, findIn, grouped } from '../../presentation/values';
import { factsOfProcess } from '../../presentation/processFacts';
import type { PageAround } from '../../presentation/processPage/around';
import { threadRows } from '../../presentation/processPage/threads';
import { labelOf, viewOf } from '../../presentation/kinds';
import { allRoleParts } from '../../presentation/roles';
import { t } from '../../presentation/translate';
import { KINDS, processRef } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import { parse } from './arguments';
import { describe } from './describe';
import { Machine } from './machine';
import { table } from './table';
import { users } from '../proc/users';
import { complain, print, printJson } from './output';
import { notFoundText, unseenLine } from '../../presentation/unseen';
import { attempt } from './attempt';
import { Refusal } from './refusal';

export async function inspect(args: string[]): Promise<number> {
  const { values, words } = parse(args, { json: { type: 'boolean' } }, 1);
  const [name = ''] = words;
  if (name.startsWith('process:')) return inspectProcess(name, values.json === true);
  const { object, around, blind } = await attempt(`inspect ${visible(name)}`, () => lookAt(name));
  const unseen = blind.filter((one) => concerns(one, object, blind)).map(unseenLine);
  if (values.json) {
    await printJson(object);
    for (const line of unseen) await complain(line);
  } else {
    await print(describe(object, around, unseen));
  }
  return 0;
}

/** The object with its details, and what could not be seen of it. */
async function lookAt(name: string) {
  const machine = await Machine.open();
  const { ref, kind } = await machine.find(name);
  const found = await machine.look({ levels: {}, details: [ref], processes: true });
  const { blind, objects, host } = found;
  const object = objects.find((one) => one.ref === ref);
  if (!object) {
    const why = notFoundText(blind, kind);
    throw why === undefined ? new IpcFailure({ code: 'gone' }) : new Refusal(why);
  }
  const hidden = hiddenHolders(blind, object.kind);
  return { object, around: { host, process: findIn(found), hidden }, blind };
}

/** `process:PID:STARTTIME` as `list` and others tell it, or `process:PID`. */
async function inspectProcess(name: string, json: boolean): Promise<number> {
  const { process, found } = await attempt(`inspect ${visible(name)}`, () => lookAtProcess(name));
  if (json) {
    await printJson(process);
    return 0;
  }
  const find = findIn(found);
  const user = (uid: number) => users.get(uid) ?? t('uid {0}', uid);
  const facts = factsOfProcess(process, { host: found.host, process: find, user });
  const held = found.objects.flatMap((object) => {
    const ends = (object.endpoints ?? []).filter(({ pid }) => pid === process.pid);
    return ends.length === 0
      ? []
      : [[viewOf(object).labels.one, labelOf(object, find), allRoleParts(ends).join(' \u00b7 '), object.ref]];
  });
  const rows = facts.map(({ label, text, kernelName = '' }) => [label, kernelName, visible(text)]);
  await print(table(rows));
  const around = {
    host: found.host,
    objects: found.objects,
    find,
    now: found.endedAt,
    wrong: () => [],
    user,
  };
  await print(`\n${threadsTable(process, around)}`);
  await print(
    `\n${t('Holds: {0}', held.length === 0 ? t('nothing that was seen') : grouped(held.length))}\n`,
  );
  await print(table(held.map((row) => row.map((cell) => visible(cell)))));
  return 0;
}

/** What each of its threads does, as its page has it: those that are alike in one line. */
function threadsTable(process: Process, around: PageAround): string {
  const { pid, startTime } = process;
  const subject = { kind: 'process' as const, ref: processRef(pid, startTime), flags: [], ...process };
  const { rows, note } = threadRows(subject, around);
  const lines = rows.map(({ name, tids, every = tids, does, call = '', since, atLeast }) => {
    const span = since === undefined ? '' : durationText(since, around.now);
    const said = does.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
    return [name, every, said, call, atLeast ? t('{0} at least', span) : span].map(
      (cell) => visible(cell) || '-',
    );
  });
  const head = [t('THREADS'), 'TID', t('DOES'), 'CALL', t('SINCE')];
  return `${table([head, ...lines])}${note === undefined ? '' : `${note}\n`}`;
}

async function lookAtProcess(name: string) {
  const machine = await Machine.open();
  const ref = machine.processNamed(name);
  const levels = Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const]));
  const found = await machine.look({ levels, details: [ref], processes: true });
  const process = found.processes.find(({ pid, startTime }) => processRef(pid, startTime) === ref);
  if (!process) throw new IpcFailure({ code: 'gone', subject: 'process' });
  return { process, found };
}
