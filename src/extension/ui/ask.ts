/** How commands ask the user: one small interface, so that a test inside the host can answer. */
import * as vscode from 'vscode';
import { begun } from './typing';
import {
  confirm,
  createInput,
  createPick,
  plain,
  pickItems,
  type PickItem,
  showMessage,
  showProgress,
  tellBriefly,
} from './foreign';

/** The user went one step back. */
export const BACK = Symbol.for('ipcInspector.back');
/** Undefined: the user closed the question. */
export type Answer<T> = T | typeof BACK | undefined;

/** Where a question stands among several. */
export interface Step {
  title: string;
  step?: number;
  of?: number;
}
export interface PickQuestion<T> extends Step {
  placeholder: string;
  items: readonly PickItem<T>[];
  /** Items that a look brings, which takes time: the question is asked at once, so that no key goes elsewhere. Undefined: the look failed, and that was told. */
  more?: Promise<readonly PickItem<T>[] | undefined>;
  /** What a text means that is typed in place of a choice; undefined where it means nothing. */
  typed?: (text: string) => PickItem<T> | undefined;
  /** The item that is offered first. */
  active?: T;
  /** Said where there is nothing to choose from; asked once what `more` brings is there. */
  none?: string | (() => string);
}
/** A choice among what is found while it is typed. */
export interface SearchQuestion<T> {
  title: string;
  placeholder: string;
  /** Finds, once there is something to be sought in; the question is asked at once. Undefined: the look failed, and that was told. */
  find: Promise<Finding<T> | undefined>;
}
/** `rest`: said below the items, of what is found besides. `none`: said where nothing is found. */
export type Finding<T> = (text: string) => {
  items: readonly PickItem<T>[];
  rest?: string | undefined;
  none: string;
};
/** A text that narrows what is shown while it is typed; beside it choices that end the question, and words that go on with the text. */
export interface NarrowQuestion<T> {
  title: string;
  placeholder: string;
  value: string;
  items: readonly PickItem<T>[];
  /** The choice that holds now. */
  active: T;
  words: readonly { word: string; shows: string }[];
  /** Hears of each text; answers what it comes to, or what is wrong with it. */
  typed: (text: string) => { says: string; wrong: boolean };
  /** Calls back where what a text comes to may differ by now. */
  onDidChange: (again: () => void) => vscode.Disposable;
}
/** `choice`: absent where the text was taken. */
export interface Narrowed<T> {
  text: string;
  choice?: T;
}
export interface InputQuestion extends Step {
  prompt: string;
  value?: string;
  /** What is wrong with a value; undefined where nothing is. */
  problem?: (value: string) => string | undefined;
}

export interface Ask {
  pick<T>(question: PickQuestion<T>): Promise<Answer<T>>;
  search<T>(question: SearchQuestion<T>): Promise<Answer<T>>;
  narrow<T>(question: NarrowQuestion<T>): Promise<Answer<Narrowed<T>>>;
  input(question: InputQuestion): Promise<Answer<string>>;
  /** A modal question; true only for the verb. */
  confirm(question: string, detail: string, verb: string): Promise<boolean>;
  /** A file of the user's choice. */
  file(title: string): Promise<vscode.Uri | undefined>;
  tell(level: 'info' | 'warning' | 'error', text: string, ...answers: string[]): Promise<string | undefined>;
  /** Does something that may take long: then it is shown, and the user can end it. */
  progress<T>(title: string, work: (token: vscode.CancellationToken) => Promise<T>): Promise<T>;
  /** A word in the status bar, for two seconds. */
  tellBriefly(text: string): void;
}

/** Asks in the workbench. */
export const workbenchAsk: Ask = {
  pick<T>(question: PickQuestion<T>): Promise<Answer<T>> {
    const { none, placeholder, title, more, typed } = question;
    let items = pickItems(question.items);
    const empty = () => items.length === 0 && none !== undefined;
    const noneText = () => (typeof none === 'function' ? none() : (none ?? ''));
    const pick = createPick<T>(title, more === undefined && empty() ? noneText() : placeholder);
    pick.matchOnDescription = pick.matchOnDetail = true;
    const show = () => {
      const meant = typed?.(pick.value);
      // Behind the choices where the text begins one. Their places in the list stay, since VS Code tells them by these.
      const narrowed = meant && begun(items, pick.value);
      pick.items = meant
        ? [...pickItems([meant]).map((item) => ({ ...item, alwaysShow: true })), ...items]
        : items;
      if (narrowed) pick.activeItems = [narrowed];
    };
    show();
    const active = items.find(({ value }) => value === question.active);
    if (active) pick.activeItems = [active];
    if (typed) pick.onDidChangeValue(show);
    return dialog(
      pick,
      question,
      () => {
        const [chosen] = pick.selectedItems;
        if (!typed || (chosen && items.includes(chosen))) return chosen?.value;
        // Enter may come before the item that stands for the last letters.
        return (chosen ? typed(pick.value) : (begun(items, pick.value) ?? typed(pick.value)))?.value;
      },
      async () => {
        const found = await more;
        if (found === undefined) return more === undefined;
        items = [...items, ...pickItems(found)];
        if (empty()) pick.placeholder = plain(noneText());
        show();
        return true;
      },
    );
  },

  search<T>(question: SearchQuestion<T>): Promise<Answer<T>> {
    const pick = createPick<T>(question.title, question.placeholder);
    let find: Finding<T> | undefined;
    const show = () => {
      if (!find) return;
      const { items, rest, none } = find(pick.value);
      const said = items.length === 0 ? none : rest;
      // A line without a value: choosing it does nothing.
      const note = said === undefined ? [] : [{ label: said } as (typeof pick.items)[number]];
      pick.items = [...pickItems(items), ...note].map((item) => ({ ...item, alwaysShow: true }));
    };
    pick.onDidChangeValue(show);
    return dialog(
      pick,
      { title: question.title },
      () => pick.selectedItems[0]?.value,
      async () => {
        find = await question.find;
        show();
        return find !== undefined;
      },
    );
  },

  narrow,

  input(question: InputQuestion): Promise<Answer<string>> {
    const { input, setProblem } = createInput(question.title, question.prompt, question.value ?? '');
    const check = () => {
      const problem = question.problem?.(input.value);
      setProblem(problem);
      return problem === undefined;
    };
    input.onDidChangeValue(check);
    return dialog(input, question, () => (check() ? input.value : undefined));
  },

  confirm,

  async file(title) {
    return (await vscode.window.showOpenDialog({ title, canSelectMany: false }))?.[0];
  },

  tell: showMessage,
  progress: showProgress,
  tellBriefly,
};

/** Milliseconds without a key until a text is taken up. */
const TYPED = 150;

/** What a line of the box does. */
type Line<T> = { is: 'text' } | { is: 'word'; word: string } | { is: 'choice'; choice: T };

function narrow<T>(question: NarrowQuestion<T>): Promise<Answer<Narrowed<T>>> {
  const { title, placeholder, typed, active } = question;
  const pick = createPick<Line<T>>(title, placeholder);
  const choices = question.items.map((item): PickItem<Line<T>> => ({
    ...item,
    value: { is: 'choice', choice: item.value },
  }));
  const words = question.words.map(({ word, shows }): PickItem<Line<T>> => ({
    ...{ icon: 'symbol-keyword', label: word, description: shows },
    value: { is: 'word', word },
  }));
  let shown: { text: string; says: string; wrong: boolean } | undefined;
  const show = () => {
    const text = pick.value.trim();
    const now = { text, ...typed(text) };
    if (shown && JSON.stringify(now) === JSON.stringify(shown)) return;
    const chosen = shown?.text === text ? pick.activeItems[0]?.label : undefined;
    shown = now;
    const first: PickItem<Line<T>> = now.wrong
      ? { icon: 'warning', label: now.says, value: { is: 'text' } }
      : { icon: 'filter', label: text, description: now.says, value: { is: 'text' } };
    const lines = pickItems<Line<T>>([...(text === '' ? [] : [first]), ...choices, ...words]);
    pick.items = lines.map((line) => ({ ...line, alwaysShow: true }));
    const kept = pick.items.find(({ label, value }) =>
      chosen === undefined
        ? text === '' && value.is === 'choice' && value.choice === active
        : label === chosen,
    );
    if (kept) pick.activeItems = [kept];
  };
  pick.value = question.value;
  show();
  let timer: NodeJS.Timeout | undefined;
  pick.onDidChangeValue(() => {
    clearTimeout(timer);
    timer = setTimeout(show, TYPED);
  });
  const listener = question.onDidChange(show);
  const take = (): Narrowed<T> | undefined => {
    clearTimeout(timer);
    // Enter may come before the last letters were taken up: then the lines are of another text.
    const line = shown?.text === pick.value.trim() ? pick.selectedItems[0]?.value : undefined;
    show();
    if (line?.is === 'choice' && !shown?.wrong) return { text: pick.value.trim(), choice: line.choice };
    if (line?.is === 'word') {
      const before = pick.value.trim();
      pick.value = `${before}${before === '' ? '' : ' '}${line.word}${/[:>]$/.test(line.word) ? '' : ' '}`;
      show();
      return undefined;
    }
    return shown?.wrong ? undefined : { text: pick.value.trim() };
  };
  return dialog<Line<T>, Narrowed<T>>(pick, { title }, take).finally(() => {
    clearTimeout(timer);
    listener.dispose();
  });
}

/** Shows a quick input until it is accepted, closed or stepped back from. `fill`: brings what it is to show; false closes it. */
function dialog<V, T = V>(
  shown: vscode.QuickPick<vscode.QuickPickItem & { value: V }> | vscode.InputBox,
  step: Step,
  value: () => T | undefined,
  fill?: () => Promise<boolean>,
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    shown.ignoreFocusOut = true;
    // One question is no series of steps.
    if (step.step !== undefined && step.of !== undefined && step.of > 1) {
      shown.step = step.step;
      shown.totalSteps = step.of;
      if (step.step > 1) shown.buttons = [vscode.QuickInputButtons.Back];
    }
    const end = (answer: Answer<T>) => {
      resolve(answer);
      shown.dispose();
    };
    shown.onDidTriggerButton(() => end(BACK));
    shown.onDidAccept(() => {
      const answer = value();
      if (answer !== undefined) end(answer);
    });
    shown.onDidHide(() => end(undefined));
    shown.show();
    if (!fill) return;
    shown.busy = true;
    fill().then(
      (filled) => {
        if (filled) shown.busy = false;
        else end(undefined);
      },
      () => end(undefined),
    );
  });
}
