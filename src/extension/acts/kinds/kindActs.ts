/** What a kind says about its acts. */
import type { CancellationToken } from 'vscode';
import { IpcFailure } from '../../../protocol/errors';
import type { AbilityOf, IpcObject, ObjectOf, ParametersOf, ResultOf } from '../../../protocol/kinds';
import type { HistoryEntry } from '../../../protocol/pages/object';
import type { SubjectKind } from '../../../protocol/ref';
import type { Host } from '../../../protocol/snapshot';
import type { Find } from '../../../presentation/values';
import type { StoredMessage } from '../../model/history';
import type { ActContext, Given } from '../context';

/** Parts of other acts, and what every kind answers alike: nobody asks for them by themselves. */
type Part = 'inspect' | 'copy' | 'pin' | 'release' | 'acknowledge';
/** They make something new, or may be about what is not listed. */
type Making = 'create' | 'listen' | 'talk';
/** What somebody can ask for. */
export type ActOf<K extends SubjectKind> = Exclude<AbilityOf<K>, Part>;
type About<K extends SubjectKind, A> = A extends Making ? ObjectOf<K> | undefined : ObjectOf<K>;

/** Asked before an act that others would notice, or that takes something away. */
export interface Question {
  question: string;
  detail: readonly string[];
  verb: string;
}

/** What came of an act. */
export interface Outcome<R = unknown> {
  result: R;
  /** What was taken, as it is kept. */
  entry?: StoredMessage | undefined;
  /** What was made, or where a session stands. */
  home?: IpcObject | undefined;
}

/** What an act has opened before its first question, so that nothing else can come in the place of what it is about. */
export interface Begun<O, P> {
  /** As it was then. */
  object: O;
  /** What it adds to the parameters. */
  given: Given;
  /** The question before it, in place of that of the act. Throws IpcFailure. */
  confirm(parameters: P): Promise<Question | undefined>;
  /** Lets go of it, whatever has become of the act. */
  end(): void;
}

/** What an act that is done is told with. `after`: how long it took, where it went on in the background. */
export interface Done<O, P, R> {
  object: O;
  /** The object as messages speak of it. */
  name: string;
  parameters: P;
  outcome: Outcome<R>;
  after: string | undefined;
}

/** One act; what it does not say is as usual: unasked, one call of the helper, and not a word when it is done. `O`: the object, `P`: its parameters, `R`: its result. */
export interface Act<O, P, R> {
  /** A page may ask for it by its name. */
  readonly page?: true;
  /** Its page does it by itself and shows what comes of it: from a menu that is opened. */
  readonly opens?: true;
  /** Always in the background: it waits by its nature, or holds. */
  readonly background?: true;
  /** Nobody is asked for its parameters: all of them may be left out. */
  readonly unasked?: true;
  /** The title under which it is shown while it takes its time, and can be ended. */
  progress?(name: string): string;
  /** Opens what it is about, before anything is asked. Throws IpcFailure. */
  begin?(context: ActContext, object: NonNullable<O>, given: Given): Promise<Begun<NonNullable<O>, P>>;
  /** The question before it; undefined where it needs none. `object` is as it is now. Throws IpcFailure. */
  confirm?(context: ActContext, object: NonNullable<O>, parameters: P): Promise<Question | undefined>;
  /** Carries it out. Throws IpcFailure. */
  run?(
    context: ActContext,
    object: O,
    parameters: P,
    token: CancellationToken | undefined,
  ): Promise<Outcome<R>>;
  /** What of it stands in the history as sent. */
  sends?(parameters: P): Pick<HistoryEntry, 'type' | 'priority' | 'content'>;
  /** Says or shows that it is done, where no page does. */
  report?(context: ActContext, done: Done<O, P, R>): unknown;
}

/** An act of a kind, and what is told when it is done. */
export type KindAct<K extends SubjectKind, A extends AbilityOf<K>> = Act<
  About<K, A>,
  ParametersOf<K, A>,
  ResultOf<K, A>
>;
export type KindDone<K extends SubjectKind, A extends AbilityOf<K>> = Done<
  About<K, A>,
  ParametersOf<K, A>,
  ResultOf<K, A>
>;

/** What the question before a destruction is made with. */
export interface Around {
  find: Find;
  host: Host | undefined;
}

/** Destroying, which may be of several objects at once: the question for all is made of what each says. */
export interface Destruction<O> {
  /** Which object it is. `named`: it is one of several. */
  which(object: O, find: Find, named: boolean): string;
  /** What is known of it, what is lost, and who would notice. */
  consequences(object: O, around: Around): string[];
}

export interface KindActs<K extends SubjectKind> {
  /** What proves that an object is still the one that the user was asked about; absent where its ref says all. */
  identity?(object: ObjectOf<K>): unknown;
  /** How a line of its history is given to it again. */
  giveBack?(entry: HistoryEntry): { ability: ActOf<K>; given: Given };
  /** Each act; a forgotten one does not compile. */
  readonly acts: { readonly [A in ActOf<K>]: A extends 'destroy' ? Destruction<ObjectOf<K>> : KindAct<K, A> };
}

/** Says in a word that it is done. */
export function says(text: (name: string) => string) {
  return ({ ask }: ActContext, { name }: { name: string }) => ask.tellBriefly(text(name));
}

/** Asks; throws `cancelled` where the user says no. */
export async function asked({ ask }: ActContext, { question, detail, verb }: Question): Promise<void> {
  if (!(await ask.confirm(question, detail.join('\n'), verb))) throw new IpcFailure({ code: 'cancelled' });
}
