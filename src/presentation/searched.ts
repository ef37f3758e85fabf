/** In what an object is sought by text: how it is called and found, and who has it. */
import type { IpcObject } from '../protocol/kinds';
import { copyOf } from './copying';
import { hexKey } from './text';
import type { Find } from './values';

/** Its id and key, or its inode; in no order. */
export function idsOf(object: IpcObject): string[] {
  return 'key' in object
    ? [`#${object.id}`, hexKey(object.key), `0x${object.key.toString(16)}`, String(object.key)]
    : ['inode' in object ? (object.inode ?? '') : '', copyOf(object, 'id')?.text ?? ''];
}

/** `42 sort`, of each process that has it. */
export function holdersText({ endpoints = [] }: Pick<IpcObject, 'endpoints'>, find: Find): string[] {
  return [...new Set(endpoints.map(({ pid }) => pid))].map((pid) => `${pid} ${find(pid)?.name}`);
}
