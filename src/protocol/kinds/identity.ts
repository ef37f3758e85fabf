/**
 * What proves that a System V object is still the same one: namespace and id stand in the ref, the rest here.
 * Never the change time, which SETVAL and IPC_SET move, and never the key, which RMID of an attached segment clears.
 */
import * as v from 'valibot';
import { count, moment } from '../facts';
import { alterBase } from '../inputs';
import { refSchema } from '../ref';

const creator = { cuid: count, cgid: count };
export const queueIdentity = v.object(creator);
export const setIdentity = v.object({ ...creator, semaphores: count });
export const segmentIdentity = v.object({ ...creator, cpid: count });

/** Parameters of a destroy: which object, and what it was when the question was asked. */
export function destroyParameters<I extends v.GenericSchema>(identity: I) {
  return v.object({ ref: refSchema, identity });
}

/** Parameters of an IPC_SET: which object, what it was when the user was asked, and what is to change. */
export function alterParameters<I extends v.GenericSchema, M extends v.ObjectEntries>(identity: I, more: M) {
  return v.object({ ref: refSchema, identity, ...alterBase, ...more });
}

/** The object's last change time at the moment of its removal: a move since the question is shown, not refused. */
export const destroyed = v.object({ changedAt: moment });
