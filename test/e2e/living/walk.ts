/**
 * The living test: random steps of a user while objects come, change and go. After each all stands still until the trace names a later look as
 * drawn by every view and panel in sight; then what each shows must be what a snapshot of the command line's says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { helpers, type Session } from '../session';
import { differences } from './compare';
import { Dice } from './dice';
import { Panel } from './panels';
import { snapshotsNow } from './snapshot';
import { comparable, type Line, plainlyNamed, type Surface } from './surface';
import { drawn, tail } from './trace';
import { Objects, Processes } from './trees';
import type { World } from './world';

/** What is allowed beyond two intervals until a look is drawn, in milliseconds; counters are held for three seconds. */
const ALLOWED = 4000;
/** What a loaded machine may add, before it is taken for never. */
const LOAD = 20_000;
/** What a page needs to draw what it was handed. */
const PAGE = 2000;
/** For so long VS Code's own objects may move under what is compared. */
const MOVING = 12_000;
const INTERVALS = [250, 500, 1000];
/** The extension starts a helper three times in a minute, the last time after five seconds. */
const BETWEEN_KILLS = 25_000;

export class Walk {
  private readonly dice: Dice;
  private readonly surfaces: Surface[] = [new Objects(), new Processes()];
  private readonly panels: Panel[] = [];
  private interval = 1000;
  private active = true;
  private killedAt = 0;
  /** How long it took until all was drawn, as a part of what is promised. */
  readonly waits: number[] = [];
  compared = 0;

  constructor(
    private readonly it: Session,
    private readonly world: World,
    seed: number,
  ) {
    this.dice = new Dice(seed);
  }

  private get window() {
    return this.it.workbench;
  }

  /** One step and what must hold after it. `log` gets what is done. */
  async step(log: (text: string) => void): Promise<void> {
    const stop = new AbortController();
    const work = this.world.churn(new Dice(this.dice.below(2 ** 31)), stop.signal);
    try {
      log(await this.move());
    } finally {
      stop.abort();
      await work;
    }
    await this.window.page.mouse.move(0, 0);
    const still = Date.now();
    const shown = await this.drawnSince(still);
    await this.compare(shown);
  }

  private async move(): Promise<string> {
    const { dice, window } = this;
    if (!this.active) {
      // Who goes on working in a window makes it active.
      if (dice.below(2) === 0) return dice.pick([() => this.changeInterval(), () => this.kill()])();
      await this.setActive(true);
    }
    const own = this.surfaces.flatMap(({ moves }) => moves.map((move) => () => move(window, dice)));
    const moves: (() => Promise<string>)[] = [
      ...own,
      () => this.away(),
      () => this.away(),
      () => this.toggleView('Objects'),
      () => this.toggleView('Processes'),
      () => this.changeInterval(),
      () => this.refresh(),
      () => this.openPanel(),
      () => this.openPanel(),
      () => this.coverPanel(),
      () => this.uncoverPanel(),
      () => this.uncoverPanel(),
      () => this.setActive(false),
      () => this.kill(),
    ];
    if (dice.below(25) === 0) return this.reload();
    return dice.pick(moves)();
  }

  /** To the Explorer and back, or to stay there for a while. */
  private async away(): Promise<string> {
    const away = this.dice.below(2500);
    await this.window.runCommand('View: Show Explorer');
    await sleep(away);
    await this.show('Objects');
    return `to the Explorer for ${away} ms and back`;
  }

  private async show(name: string): Promise<void> {
    await this.window.runCommand(`IPC Inspector: Focus on ${name} View`);
    await this.window.view(name).list.waitFor();
  }

  /** Folds or unfolds a view as a whole. */
  private async toggleView(name: string): Promise<string> {
    const header = this.window.page.locator(`.pane-header[aria-label^="${name} Section"]`);
    if (!(await header.isVisible())) {
      await this.show(name);
      return `show ${name}`;
    }
    await header.locator('.title').first().click();
    return `fold or unfold the view ${name}`;
  }

  private changeInterval(): Promise<string> {
    this.interval = this.dice.pick(INTERVALS);
    this.window.setSettings({ 'ipcInspector.refreshInterval': this.interval });
    return Promise.resolve(`interval ${this.interval}`);
  }

  private async refresh(): Promise<string> {
    await this.window.runCommand('IPC Inspector: Refresh');
    return 'refresh';
  }

  private async openPanel(): Promise<string> {
    const own = this.world.alive.length > 0 ? this.dice.pick(this.world.alive) : undefined;
    const row =
      own &&
      (await this.window
        .view('Objects')
        .row(own.label)
        .find()
        .catch(() => undefined));
    if (!own || !row) return 'nothing to open';
    const opened = await this.window
      .view('Objects')
      .row(own.label)
      .click()
      .then(() => this.window.panel().getByRole('heading', { name: own.label }).waitFor({ timeout: 8000 }))
      .then(() => true)
      .catch(() => false);
    // It may have gone meanwhile.
    if (!opened) return `could not open ${own.label}`;
    const [{ host }] = await snapshotsNow();
    if (!this.panels.some(({ label }) => label === own.label))
      this.panels.push(new Panel(own.label, own.kind, host.ipcNamespace, own.id));
    return `open ${own.label}`;
  }

  private async coverPanel(): Promise<string> {
    const titles = (await this.window.tabs()).map(({ title }) => title);
    const other = titles.find((title) => title.startsWith('Untitled'));
    if (other === undefined) await this.window.runCommand('File: New Untitled Text File');
    else await this.window.selectTab(other);
    return 'another editor in front';
  }

  private async uncoverPanel(): Promise<string> {
    const titles = (await this.window.tabs()).map(({ title }) => title);
    const hidden = this.panels.filter(({ label }) => titles.includes(label));
    if (hidden.length === 0) return 'no panel to show';
    const { label } = this.dice.pick(hidden);
    await this.window.selectTab(label);
    return `show panel ${label}`;
  }

  /** A browser without a head never loses the focus, so the page is told that it did. */
  private async setActive(active: boolean): Promise<string> {
    this.active = active;
    await this.window.page.evaluate((focused) => {
      document.hasFocus = () => focused;
      window.dispatchEvent(new Event(focused ? 'focus' : 'blur'));
    }, active);
    return active ? 'window active' : 'window inactive';
  }

  private async kill(): Promise<string> {
    if (Date.now() - this.killedAt < BETWEEN_KILLS) return 'no kill so soon';
    const [pid] = helpers();
    if (pid === undefined) return 'no helper runs';
    process.kill(pid, 'SIGKILL');
    this.killedAt = Date.now();
    await sleep(this.dice.below(500));
    return `kill helper ${pid}`;
  }

  private async reload(): Promise<string> {
    await this.it.reload();
    await this.show('Objects');
    this.active = true;
    return 'reload';
  }

  private get all(): readonly Surface[] {
    return [...this.surfaces, ...this.panels];
  }

  /** Waits until each view and panel in sight has drawn a look that began since then; answers them. */
  private async drawnSince(since: number): Promise<Surface[]> {
    const promised = 2 * this.interval * (this.active ? 1 : 5) + ALLOWED;
    for (;;) {
      const names = drawn(inject('server').userDataDir);
      const shown: Surface[] = [];
      for (const surface of this.all) if (await surface.visible(this.window)) shown.push(surface);
      const late: Surface[] = [];
      for (const surface of shown)
        if ((names.get(surface.name) ?? 0) < since && !(await this.isGone(surface))) late.push(surface);
      const waited = Date.now() - since;
      if (late.length === 0) {
        if (shown.length > 0) this.waits.push(waited / promised);
        return shown;
      }
      if (waited > promised + LOAD)
        throw new Error(
          `after ${waited} ms no look is drawn by ${late.map(({ name }) => name).join(', ')}; the log ends with\n${tail(inject('server').userDataDir)}`,
        );
      await sleep(100);
    }
  }

  /** A panel that says so looks at nothing more; that it is so is compared. */
  private async isGone(surface: Surface): Promise<boolean> {
    if (!(surface instanceof Panel)) return false;
    const lines = await surface.read(this.window).catch(() => []);
    return lines[0]?.text === 'gone';
  }

  /** Stale is what is wrong in the same way for as long as it is looked at: what is ours must be right at once, VS Code's own objects move. */
  private async compare(surfaces: readonly Surface[]): Promise<void> {
    if (surfaces.length === 0) return;
    const from = Date.now();
    const owns = (text: string) => this.world.owns(text);
    let wrong: Set<string> | undefined;
    let before = await snapshotsNow();
    for (;;) {
      const shown = new Map<Surface, Line[]>();
      for (const surface of surfaces) shown.set(surface, await surface.read(this.window));
      const after = await snapshotsNow();
      const now = [...shown].flatMap(([surface, lines]) =>
        differences(
          comparable(lines, owns),
          [...before, ...after].map((snapshot) =>
            comparable(surface.expected(snapshot, plainlyNamed(lines)), owns),
          ),
        ).map((one) => `${surface.name}: ${one}`),
      );
      const last: ReadonlySet<string> = wrong ?? new Set(now);
      wrong = new Set(now.filter((one) => last.has(one)));
      if (wrong.size === 0) break;
      const took = Date.now() - from;
      const ours = [...wrong].filter(owns);
      if ((took > PAGE && ours.length > 0) || took > MOVING)
        throw new Error(`stale for ${took} ms:\n${[...wrong].join('\n')}`);
      await sleep(200);
      before = after;
    }
    this.compared += surfaces.length;
  }
}
