/** The random walk as a test: 9 steps in `npm test`, 200 in `npm run soak`. */
import { afterEach, test } from 'vitest';
import { Scene } from '../../support/streams';
import { missing } from '../../support/oracles';
import { session } from '../session';
import { TRACED } from './trace';
import { Walk } from './walk';
import { PYTHON, World } from './world';

/** Milliseconds for a step, with the waiting and comparing after it. */
const STEP = 60_000;

/** `IPC_INSPECTOR_SEED` repeats a walk, `IPC_INSPECTOR_STEPS` makes it longer. */
export function living({ steps: usual }: { steps: number }): void {
  const steps = Number(process.env.IPC_INSPECTOR_STEPS ?? usual);
  const seed = Number(process.env.IPC_INSPECTOR_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const it = session({ viewport: { width: 1280, height: 1300 }, payload: TRACED });
  const scene = new Scene();
  afterEach(() => scene.clean());

  test(`${steps} random steps, seed ${seed}`, { timeout: steps * STEP }, async () => {
    const holder = missing('python3') ? undefined : scene.holder();
    await holder?.run(PYTHON);
    const walk = new Walk(it, new World(it.made, holder), seed);
    await it.show();
    const done: string[] = [];
    const from = performance.now();
    try {
      for (let step = 1; step <= steps; step++)
        await walk.step((text) => {
          done.push(`${step}. ${((performance.now() - from) / 1000).toFixed(1)} s: ${text}`);
          if (process.env.IPC_INSPECTOR_STEPS !== undefined) console.log(done.at(-1));
        });
    } catch (error) {
      throw new Error(
        `IPC_INSPECTOR_SEED=${seed} repeats this.\n${(error as Error).message}\n${done.join('\n')}`,
        { cause: error },
      );
    }
    const most = Math.max(...walk.waits);
    console.log(
      `living: seed ${seed}, ${steps} steps, ${walk.compared} comparisons; until a look was drawn at most ${(most * 100).toFixed(0)} % of two intervals and 4 s`,
    );
  });
}
