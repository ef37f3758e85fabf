/** The machine as a command looks at it: once, by the same census and the same acts as the extension. */
import { act } from '../act';
import { Census, type Findings } from '../census/census';
import { prepare } from '../libc/load';
import { takeLimits } from '../limits';
import { makeMechanisms } from '../mechanisms';
import { runSliced } from '../slices';
import type { Interest } from '../../protocol/calls';
import type { LimitsAnswer } from '../../protocol/limits';
import { IpcFailure } from '../../protocol/errors';
import type { AbilityOf, IpcObject, ParametersOf, ResultOf } from '../../protocol/kinds';
import {
  type Kind,
  KINDS,
  parseObjectRef,
  parseProcessRef,
  processRef,
  parseSysvRef,
  type Ref,
  type SubjectKind,
  SYSV_KINDS,
  sysvRef,
} from '../../protocol/ref';
import type { CopyWhat } from '../../presentation/copies';
import { copyOf } from '../../presentation/copying';
import { namespaceText } from '../../presentation/kinds/namespaces';
import { visible } from '../../presentation/text';
import { Refusal } from './refusal';

/** How many of several objects that match are named. */
const NAMED_MOST = 10;
const TYPED = /^(?:(sysv\.(?:msg|sem|shm)):)?(?:#?(\d{1,10})|(0x[0-9a-f]{1,8}))$/i;

export class Machine {
  private readonly census = new Census(makeMechanisms());

  /** Loads the native part first. */
  static async open(): Promise<Machine> {
    await prepare();
    return new Machine();
  }

  /** One pass over what is asked for. `asked`: processes that are told also where no object names them; `everybody`: all that show are. */
  async look(
    interest: Interest,
    { asked = [], everybody = false }: { asked?: readonly Ref[]; everybody?: boolean } = {},
  ): Promise<Findings> {
    const found = await runSliced(this.census.take(interest, { asked, everybody }));
    if (!found) throw new Error('a look is never stopped');
    return found;
  }

  /** Every limit, and how much of it is used. */
  async limits(): Promise<LimitsAnswer> {
    const answer = await takeLimits(this.census);
    if (!answer) throw new Error('a look is never stopped');
    return answer;
  }

  /** The rows of some kinds. */
  rows(kinds: readonly Kind[]): Promise<Findings> {
    const levels = Object.fromEntries(kinds.map((kind) => [kind, 'rows' as const]));
    return this.look({ levels, details: [] });
  }

  /** Carries out an ability. Throws IpcFailure. */
  async act<K extends SubjectKind, A extends AbilityOf<K>>(
    kind: K,
    ability: A,
    parameters: ParametersOf<K, A>,
  ): Promise<ResultOf<K, A>> {
    return await act(this.census, kind, ability, parameters, {
      cancelled: () => false,
      wait: () => Promise.reject(new IpcFailure({ code: 'unsupported' })),
    });
  }

  /**
   * The object that a user means: a ref, an id with or without a kind (`sysv.msg:32769`, `#32769`), a key (`0x00001234`), or what can be copied as its name
   * (`/jobs`, `@name`, `pipe:[123]`, `127.0.0.1:5432`). Throws Refusal where none or several match; a ref or an id of a kind is not looked up.
   */
  async find(text: string): Promise<{ ref: Ref; kind: Kind }> {
    const { ipcNamespace } = this.census.lookOnce();
    const parts = parseSysvRef(text);
    if (parts && parts.ipcNamespace !== ipcNamespace)
      throw new IpcFailure({ code: 'gone', detail: { why: 'namespace' } });
    const named = parseObjectRef(text);
    if (named) return named;
    const [whole, kindText, id, key] = TYPED.exec(text) ?? [];
    if (whole === undefined) return await this.named(text);
    const kind = SYSV_KINDS.find((one) => one === kindText?.toLowerCase());
    if (kind && id !== undefined) return { ref: sysvRef(kind, ipcNamespace, Number(id)), kind };
    const { objects } = await this.rows(kind ? [kind] : SYSV_KINDS);
    return only(
      text,
      objects.filter(
        (one) => 'key' in one && (key === undefined ? one.id === Number(id) : one.key === Number(key)),
      ),
    );
  }

  /** The process of `process:PID:STARTTIME`, or of `process:PID`. Throws Refusal, and `gone`. */
  processNamed(text: string): Ref {
    if (parseProcessRef(text)) return text as Ref;
    const pid = /^process:([1-9]\d{0,9})$/.exec(text)?.[1];
    if (pid === undefined) throw new Refusal(`"${visible(text)}" names no process: process:PID does.`);
    const startTime = this.census.lookOnce().processes.bornAt(Number(pid));
    if (startTime === undefined) throw new IpcFailure({ code: 'gone', subject: 'process' });
    return processRef(Number(pid), startTime);
  }

  /** The process that a pid or ref names, if it lives. */
  processOf(text: string): Ref | undefined {
    if (parseProcessRef(text)) return text as Ref;
    const pid = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
    const startTime = this.census.lookOnce().processes.bornAt(pid);
    return startTime === undefined ? undefined : processRef(pid, startTime);
  }

  /** What is called so, in whatever namespace. A connection is no name of its listener. */
  private async named(text: string): Promise<{ ref: Ref; kind: Kind }> {
    const { objects } = await this.rows(KINDS);
    const matching = objects.filter(
      (one) => !('peer' in one && one.peer) && NAMES.some((what) => copyOf(one, what)?.text === text),
    );
    if (matching.length > 0) return only(text, matching);
    throw new Refusal(
      `"${visible(text)}" is no REF: take one from \`list\`, or an id with its kind (sysv.msg:32769), or a key (0x00001234), or a name.`,
    );
  }
}

/** Which of the things that are copied of an object are names of it. */
const NAMES: readonly CopyWhat[] = ['id', 'name', 'path', 'address'];

function only(text: string, matching: IpcObject[]): { ref: Ref; kind: Kind } {
  const [first, ...others] = matching;
  if (!first) throw new Refusal(`There is no object ${text}; \`list\` shows those that there are.`);
  if (others.length === 0) return first;
  const names = matching.slice(0, NAMED_MOST).map((object) => {
    const where = namespaceText(object);
    return where === undefined ? object.ref : `${object.ref} (${where})`;
  });
  const rest = matching.length - names.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  throw new Refusal(
    `${matching.length} objects match ${visible(text)}: ${names.join(', ')}${more}. Say which one you mean.`,
  );
}
