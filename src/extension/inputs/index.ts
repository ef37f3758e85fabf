/** Asks for the parameters of an ability. The questions come from its schema: which there are, in which order, and what they allow. */
import type * as v from 'valibot';
import { type Input, inputOf } from '../../protocol/inputs';
import { type AbilityOf, type ParametersOf, subjectContracts, type Thing } from '../../protocol/kinds';
import type { Ability } from '../../protocol/kinds/kind';
import type { Kind, SubjectKind } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import type { Ask } from '../ui/ask';
import type { PickItem } from '../ui/foreign';
import { exactMode, exactSize, groupText, userText } from '../../presentation/values';
import type { Asker } from './asker';
import { askExclusive, askInsist, askWait } from './choices';
import { askContent } from './content';
import { askKey } from './key';
import { askLockHow, askLockRange } from './locks';
import { askMode } from './mode';
import { askName } from './name';
import { askCount, askMessageType, askOffset, askPriority, askSize, askValue } from './numbers';
import { askGid, askUid } from './owner';
import { askPath } from './path';
import { askReceiveRule } from './receiveRule';
import { askSignal, askSignalValue, askThread } from './signals';
import { askOperations, askValues } from './semaphores';
import { askEcho, askInetProtocol, askLoopback, askPort, askSocketTarget, askSocketType } from './sockets';
import { askSteps, type Steps } from './steps';
import { choiceOf, promptOf } from './prompts';
import { t } from '../../presentation/translate';

/** How each input is asked; a forgotten one does not compile. */
const askers: Record<Input, Asker> = {
  key: askKey,
  mode: askMode,
  exclusive: askExclusive,
  count: askCount,
  size: askSize,
  offset: askOffset,
  messageType: askMessageType,
  content: askContent,
  receiveRule: askReceiveRule,
  operations: askOperations,
  value: askValue,
  values: askValues,
  uid: askUid,
  gid: askGid,
  path: askPath,
  name: askName,
  priority: askPriority,
  insist: askInsist,
  wait: askWait,
  socketTarget: askSocketTarget,
  socketType: askSocketType,
  inetProtocol: askInetProtocol,
  loopback: askLoopback,
  port: askPort,
  echo: askEcho,
  signal: askSignal,
  signalValue: askSignalValue,
  thread: askThread,
  lockHow: askLockHow,
  lockRange: askLockRange,
};

/** What a user gives: the parameters without those that nobody is asked for. */
export type Given<K extends SubjectKind, A extends AbilityOf<K>> = Omit<
  ParametersOf<K, A>,
  'ref' | 'identity' | 'recovery' | 'attach' | 'pinned'
>;

/** What the questions are about. */
export interface About {
  title: string;
  object?: Thing | undefined;
  host?: Host | undefined;
}

interface Field {
  name: string;
  input: Input;
  schema: v.GenericSchema;
  optional: boolean;
}

function isKind(kind: SubjectKind): kind is Kind {
  return kind !== 'process';
}

/** The parameters of an ability that a user is asked for, in the order of its schema. */
export function askedFields(kind: SubjectKind, ability: string): Field[] {
  const abilities: Readonly<Record<string, Ability>> = subjectContracts[kind].abilities;
  const parameters = abilities[ability]?.parameters;
  const entries = parameters && 'entries' in parameters ? (parameters.entries as v.ObjectEntries) : {};
  return Object.entries(entries).flatMap(([name, entry]) => {
    const whole = entry;
    const input = inputOf(whole);
    const schema = 'wrapped' in whole ? (whole.wrapped as v.GenericSchema) : whole;
    return input === undefined ? [] : [{ name, input, schema, optional: schema !== whole }];
  });
}

/** Which of them `known` has not. `needed`: without those that may be left out. */
export function missingFields(
  kind: SubjectKind,
  ability: string,
  known: Readonly<Record<string, unknown>>,
  needed = false,
): Field[] {
  return askedFields(kind, ability).filter(
    ({ name, optional }) => !Object.hasOwn(known, name) && !(needed && optional),
  );
}

/** Asks for everything that an ability needs to know and `known` has not, or for these `fields` of it. Undefined where the user closed a question. */
export async function askParameters<K extends SubjectKind, A extends AbilityOf<K>>(
  ask: Ask,
  kind: K,
  ability: A,
  about: About,
  known: Readonly<Record<string, unknown>> = {},
  fields = missingFields(kind, ability, known),
): Promise<Given<K, A> | undefined> {
  const answers = await askSteps(ask, about.title, async (steps) => {
    // Where everything may be left out, asking for all of it in a row would be a nuisance.
    const choose = fields.length > 1 && fields.every(({ optional }) => optional);
    const asked = choose ? [await which(steps, fields, about.object)] : fields;
    const given: Record<string, unknown> = { ...known };
    for (const [at, { name, input, schema }] of asked.entries()) {
      steps.about = `${kind} ${ability} ${name}`;
      const { key } = given;
      steps.left = asked.slice(at + 1).filter((next) => key !== 0 || next.input !== 'exclusive').length;
      const prompt = promptOf(kind, ability, name);
      const { object: thing, host } = about;
      const process = thing?.kind === 'process' ? thing : undefined;
      const object = thing?.kind === 'process' ? undefined : thing;
      const answer = await askers[input](steps, {
        ...{ kind: isKind(kind) ? kind : undefined, ability, field: name, schema, prompt },
        ...{ answers: { ...given }, object, process, host },
      });
      if (answer !== undefined) given[name] = answer;
    }
    return given;
  });
  // Each answer was checked by its own schema.
  return answers as Given<K, A> | undefined;
}

/** Which one of several that may be left out, with its present value. */
function which(steps: Steps, fields: readonly Field[], object: Thing | undefined): Promise<Field> {
  const items: PickItem<Field>[] = fields.map((field) => {
    const now = object && presentOf(object, field.name);
    return { label: choiceOf(field.name), value: field, ...(now !== undefined && { description: now }) };
  });
  steps.about = 'which';
  return steps.pick('which', { placeholder: t('What do you want to alter?'), items }, 1);
}

function presentOf(object: Thing, field: string): string | undefined {
  if (object.kind === 'process') return undefined;
  switch (field) {
    case 'uid':
      return object.owner ? userText(object.owner) : undefined;
    case 'gid':
      return object.owner?.gid === undefined
        ? undefined
        : groupText({ ...object.owner, gid: object.owner.gid });
    case 'mode':
      return typeof object.mode === 'number' ? exactMode(object.mode) : undefined;
    case 'maxBytes':
      return object.kind === 'sysv.msg' && object.maxBytes !== undefined
        ? exactSize(object.maxBytes)
        : undefined;
  }
  return undefined;
}
