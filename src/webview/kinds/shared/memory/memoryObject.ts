/** What a System V segment, a POSIX shared memory object and a mapping have alike: bytes that processes have in their memory. */
import type { ObjectOf, ParametersOf, ResultOf } from '../../../../protocol/kinds';
import type { SegmentRange } from '../../../../protocol/kinds/sysvShm';
import type { RequestOptions } from '../../../bus';
import { act } from '../../../panel/act';
import type { PanelModel } from '../../../panel/model';
import type { Range } from './pages';

export type MemoryKind = 'sysv.shm' | 'posix.shm' | 'mapping';
export type MemoryObject = ObjectOf<MemoryKind>;
/** `way` is a segment's; the others are read by a descriptor of the file. */
export type MemoryRead = ResultOf<MemoryKind, 'read'> & { way?: SegmentRange['way'] };
export type MemoryWritten = ResultOf<MemoryKind, 'write'>;
type Writing = Omit<ParametersOf<'mapping', 'write'>, 'ref'>;

/** Reads a range. `attach`: of a segment alone. Rejects with a `RequestFailure`. */
export function readRange(
  panel: PanelModel,
  { kind }: MemoryObject,
  range: Range,
  attach: boolean,
  options: RequestOptions,
): Promise<MemoryRead> {
  return kind === 'sysv.shm'
    ? act(panel, kind, 'read', { ...range, attach }, options)
    : act(panel, kind, 'read', { ...range }, options);
}

/** Writes a range, and answers what stood there. Rejects with a `RequestFailure`. */
export function writeRange(
  panel: PanelModel,
  { kind }: MemoryObject,
  writing: Writing,
): Promise<MemoryWritten> {
  return kind === 'sysv.shm' ? act(panel, kind, 'write', writing) : act(panel, kind, 'write', writing);
}
