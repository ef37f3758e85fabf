/** `processes`: a line for each process, with what it does and what it has. */
import { KINDS, kindOf, type Kind, processRef } from '../../protocol/ref';
import { processKey } from '../../presentation/holders';
import { processRowParts } from '../../presentation/processRow';
import { visible } from '../../presentation/text';
import { leftOutLines } from '../../presentation/unseen';
import { findIn, userText } from '../../presentation/values';
import { users } from '../proc/users';
import { EVERYTHING, type Findings } from '../census/census';
import { parse } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { table } from './table';

export async function processes(args: string[]): Promise<number> {
  const { values } = parse(args, { json: { type: 'boolean' }, all: { type: 'boolean' } });
  const everybody = values.all === true;
  const found = await (await Machine.open()).look(EVERYTHING, { everybody });
  const inOrder = found.processes.toSorted((a, b) => a.pid - b.pid);
  if (values.json) await printJson(inOrder);
  else
    await print(
      table([['REF', 'NAME', 'USER', 'STATE', 'HAS'], ...rowsOf({ ...found, processes: inOrder })]),
    );
  for (const line of leftOutLines(found.blind, KINDS)) await complain(line);
  return 0;
}

function rowsOf(found: Pick<Findings, 'objects' | 'processes'>): string[][] {
  const held = new Map<string, Kind[]>();
  for (const { ref, endpoints = [] } of found.objects)
    for (const key of new Set(endpoints.map(processKey)))
      held.set(key, [...(held.get(key) ?? []), kindOf(ref) as Kind]);
  const find = findIn(found);
  return found.processes.map((process) => {
    const { pid, startTime, uid } = process;
    const row = processRowParts(pid, process, held.get(processKey(process)) ?? [], find);
    const owner = uid === undefined ? '-' : userText({ uid, user: users.get(uid) });
    const cells = [processRef(pid, startTime), row.label, owner, [...row.halted, ...row.waits].join(' · ')];
    return [...cells, row.held].map((cell) => visible(cell) || '-');
  });
}
