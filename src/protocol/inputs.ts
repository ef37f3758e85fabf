/**
 * How a person gives each parameter of an ability. The schema of a parameter carries the name of its input, so that the
 * questions of the workbench and the flags of the command line are made from the schema, and no list of them exists beside it.
 */
import * as v from 'valibot';
import { count, permissions } from './facts';
import { refSchema } from './ref';

/** Every way of asking. A parameter without one is not asked: the caller fills it in (`ref`, `identity`). */
export const INPUTS = [
  'key',
  'mode',
  'exclusive',
  'count',
  'size',
  'offset',
  'messageType',
  'content',
  'receiveRule',
  'operations',
  'value',
  'values',
  'uid',
  'gid',
  'path',
  'name',
  'priority',
  'insist',
  'wait',
  'socketTarget',
  'socketType',
  'inetProtocol',
  'loopback',
  'port',
  'echo',
  'signal',
  'signalValue',
  'thread',
  'lockHow',
  'lockRange',
] as const;
export type Input = (typeof INPUTS)[number];

/** Notes on a schema how its value is asked for. */
export function asked<S extends v.GenericSchema>(input: Input, schema: S) {
  return v.pipe(schema, v.metadata({ input }));
}

/** How the value of a schema is asked for; undefined where nobody is asked. */
export function inputOf(schema: v.GenericSchema): Input | undefined {
  const inner = 'wrapped' in schema ? (schema.wrapped as v.GenericSchema) : schema;
  const { input } = v.getMetadata(inner) as { input?: unknown };
  return INPUTS.find((known) => known === input);
}

/** A key that a user may ask for: 32 bits; 0 is IPC_PRIVATE, an object that no key finds. */
const keyNumber = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
/** A key made of a file and a number, as ftok(3) does; programs that meet by a path use that. Only the lowest 8 bits of `project` count. */
const keyPath = v.object({
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  project: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)),
});
export const keySchema = asked('key', v.union([keyNumber, keyPath]));
export type KeyChoice = v.InferOutput<typeof keySchema>;

/** What every System V object is created with. `exclusive`: fail where the key finds one already, instead of opening that. */
export const createBase = {
  key: keySchema,
  mode: asked('mode', permissions),
  exclusive: asked('exclusive', v.boolean()),
};

/** What `create` answers. `existed`: the key found one already, and nothing of it was changed. */
export const created = v.object({ ref: refSchema, id: count, existed: v.boolean() });

/** A uid or gid; 2^32 - 1 means "none" to the kernel and is refused by it. */
const number32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xfffffffe));

/** What IPC_SET alters of every System V object; what is absent stays. */
export const alterBase = {
  uid: v.optional(asked('uid', number32)),
  gid: v.optional(asked('gid', number32)),
  mode: v.optional(asked('mode', permissions)),
};

/** Wait in the kernel, in a process of its own, until the act can be done; absent or false: fail at once where it cannot. */
export const waitParameter = v.optional(asked('wait', v.boolean()));
