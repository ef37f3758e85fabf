/** `why`: why a process waits, or who waits for an object; without a name, all that is stuck. */
import { answerOf, stuckProcesses } from '../../diagnosis/answer';
import { waitersFor } from '../../diagnosis/why';
import { findingLines } from '../../presentation/findings';
import { answerSentences } from '../../presentation/findings/answer';
import { objectName } from '../../presentation/findings/names';
import { programOf } from '../../presentation/programs';
import { visible } from '../../presentation/text';
import { t } from '../../presentation/translate';
import { lackingLines } from '../../presentation/unseen';
import type { Answer, Finding, Proof } from '../../protocol/findings';
import { KINDS, parseProcessRef, processRef, type Ref } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import { parse, UsageError } from './arguments';
import { diagnose, type Looked } from './diagnose';
import { earlyLines, FOUND, withText } from './findings';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { attempt } from './attempt';
import { Refusal } from './refusal';

/** One question: the processes that it is about, and what else its findings are about. */
interface Question {
  pids: readonly number[];
  refs: readonly Ref[];
  /** Where no process waits, what is said. */
  nobody?: string;
}

export async function why(args: string[]): Promise<number> {
  const options = {
    json: { type: 'boolean' },
    'fail-on': { type: 'string' },
    wait: { type: 'string' },
  } as const;
  const { values, words } = parse(args, options, 'any');
  const proofs = proofsOf(values['fail-on']);
  const machine = await Machine.open();
  const asked = words.flatMap((word) => machine.processOf(word) ?? []);
  const looked = await diagnose(machine, values.wait, { asked });
  const questions: Question[] = words.length > 0 ? [] : everything(looked);
  for (const word of words)
    questions.push(processNamed(word, looked) ?? (await objectNamed(word, machine, looked)));
  const told = questions.map((question) => tell(question, looked));
  if (values.json)
    await printJson(told.length === 1 && words.length === 1 ? told[0]?.json : told.map(({ json }) => json));
  else if (told.length === 0) await print(`${t('No process is stuck, as far as can be seen.')}\n`);
  else await print(told.map(({ lines }) => lines.map((line) => `${line}\n`).join('')).join('\n'));
  for (const line of lackingLines(looked.found.blind, KINDS)) await complain(line);
  return told.some(({ json }) => json.answers.some(({ proof }) => proof && proofs.includes(proof)))
    ? FOUND
    : 0;
}

function proofsOf(text: string | undefined): readonly Proof[] {
  if (text === undefined) return [];
  if (text === 'proven') return ['proven'];
  if (text === 'likely') return ['proven', 'likely'];
  throw new UsageError('--fail-on takes proven or likely.');
}

/** The processes of this pid, ref or name. */
function processNamed(word: string, { diagnosis }: Looked): Question | undefined {
  const known = parseProcessRef(word);
  const asked = diagnosis.machine.look.processes.filter((process) =>
    known
      ? process.pid === known.pid && process.startTime === known.startTime
      : String(process.pid) === word || isCalled(process, word),
  );
  if (asked.length > 0)
    return {
      pids: asked.map(({ pid }) => pid),
      refs: asked.map(({ pid, startTime }) => processRef(pid, startTime)),
    };
  if (!known && !/^\d+$/.test(word)) return undefined;
  throw new Refusal(t('Process {0} is not there, or may not be looked at.', visible(word)));
}

/** By the kernel's name for it, by its program as every row has it, or by its whole command line. */
function isCalled(process: Process, word: string): boolean {
  return [process.name, programOf(process), process.command].includes(word);
}

/** Those who wait for an object. */
async function objectNamed(word: string, machine: Machine, { diagnosis, around }: Looked): Promise<Question> {
  const { ref } = await attempt(`find ${visible(word)}`, () => machine.find(word));
  const nobody = t('No process waits for {0}, as far as can be seen.', objectName(ref, around.find));
  return { pids: waitersFor(ref, diagnosis), refs: [ref], nobody };
}

/** A question for each root of trouble. */
function everything({ diagnosis }: Looked): Question[] {
  return stuckProcesses(diagnosis).map(({ pid }) => ({
    pids: [pid],
    refs: [diagnosis.machine.refOf(pid)].flatMap((ref) => ref ?? []),
  }));
}

interface Output {
  json: { answers: (Answer & { text: string[] })[]; findings: Finding[]; early: Finding[] };
  lines: string[];
}

function tell({ pids, refs, nobody }: Question, { diagnosis, around }: Looked): Output {
  const answers = pids.flatMap((pid) => answerOf(pid, diagnosis) ?? []);
  const concerns = ({ subjects }: Finding) => subjects.some((ref) => refs.includes(ref));
  const told = diagnosis.findings.filter(concerns);
  const early = diagnosis.early.filter(({ finding }) => concerns(finding));
  const troubled = told.length + early.length > 0;
  const texts = answers.map((answer) => answerSentences(answer, around, troubled));
  return {
    json: {
      answers: answers.map((answer, at) => ({ ...answer, text: texts[at] ?? [] })),
      findings: told.map((one) => withText(one, around)),
      early: early.map(({ finding }) => withText(finding, around)),
    },
    lines: [
      ...(answers.length === 0 && nobody !== undefined ? [visible(nobody)] : []),
      ...texts.flatMap(([first = '', ...rest]) => [
        visible(first),
        ...rest.map((line) => `  ${visible(line)}`),
      ]),
      ...told.flatMap((one) => findingLines(one, around)),
      ...earlyLines(early, around),
    ],
  };
}
