/** The hang of the year: a tool runs a shell command and waits for the end of its output, which a background child of that command keeps open. */
import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test, type TestContext } from 'vitest';
import type { Answer, Finding } from '../../src/protocol/findings';
import { lookThrough, lookUntil, Stage } from '../support/diagnosis';
import { HELPER } from '../support/helper';
import { needs } from '../support/oracles';

const stage = new Stage();
afterEach(() => stage.clean());

/** A shell that leaves a child behind, which has its standard output, and says its number. */
const LEAVES = 'sleep 1000 & echo $!';

interface Case {
  /** Says the pids of tool and heir. */
  start: () => Promise<number[]>;
  watches: boolean;
  needs: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'Python that reads': {
    start: () =>
      stage
        .python(
          `import subprocess
tool = subprocess.Popen(['sh', '-c', '${LEAVES}'], stdout=subprocess.PIPE)
heir = int(tool.stdout.readline()); tool.wait(); say(os.getpid(), heir); tool.stdout.read()`,
        )
        .said(),
    ...{ watches: false, needs: ['python3'] },
  },
  'Python that waits for both outputs': {
    start: () =>
      stage
        .python(
          `import subprocess
tool = subprocess.Popen(['sh', '-c', 'sleep 1000 & echo $! >&2'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
heir = int(tool.stderr.readline()); say(os.getpid(), heir); tool.communicate()`,
        )
        .said(),
    ...{ watches: true, needs: ['python3'] },
  },
  'Python with an event loop': {
    start: () =>
      stage
        .python(
          `import asyncio
async def main():
    tool = await asyncio.create_subprocess_exec('sh', '-c', '${LEAVES}', stdout=asyncio.subprocess.PIPE)
    heir = int(await tool.stdout.readline()); say(os.getpid(), heir); await tool.stdout.read()
asyncio.run(main())`,
        )
        .said(),
    ...{ watches: true, needs: ['python3'] },
  },
  'Node with child_process': {
    start: () =>
      stage
        .play(
          process.execPath,
          '-e',
          `const tool = require('child_process').exec('${LEAVES}', () => 0);
tool.stdout.on('data', (text) => console.log(JSON.stringify([process.pid, Number(text)])));`,
        )
        .said(),
    ...{ watches: true, needs: [] },
  },
  'Node that waits in execFileSync': {
    start: () =>
      stage
        .play(
          process.execPath,
          '-e',
          `require('child_process').execFileSync('sh', ['-c', 'sleep 1000 3>&- & echo [$PPID,$!] >&3'], { stdio: ['ignore', 'pipe', 2, 1] })`,
        )
        .said(),
    ...{ watches: true, needs: [] },
  },
  'a shell with $(...)': {
    start: () =>
      stage.play('bash', '-c', `exec 3>&1; x=$(sleep 1000 3>&- & echo "[$$,$!]" >&3); echo $x`).said(),
    ...{ watches: false, needs: ['bash'] },
  },
  'Python that reads a socketpair': {
    start: () =>
      stage
        .python(
          `import subprocess
mine, theirs = socket.socketpair()
tool = subprocess.Popen(['sh', '-c', '${LEAVES}'], stdout=theirs); theirs.close()
heir = int(mine.recv(100)); tool.wait(); say(os.getpid(), heir); mine.recv(1)`,
        )
        .said(),
    ...{ watches: false, needs: ['python3'] },
  },
};

describe.each(Object.entries(CASES))('%s', (_, { start, watches, needs: programs }) => {
  test('is told which child has it, by which descriptor, and from whom', async (context) => {
    for (const program of programs) needs(context, program);
    const [tool = 0, heir = 0] = await start();
    const seen = await lookUntil((now) => now.of('endNotCome', [tool]).length > 0);
    // Its standard error may be another pipe of the same.
    const finding = seen.of('endNotCome', [heir]).find(({ parts }) => parts.heirs[0]?.fd === 1);
    expect(finding).toMatchObject({
      severity: watches ? 'note' : 'warning',
      parts: { watches, reader: { pid: tool }, heirs: [{ pid: heir, fd: 1 }] },
    });
    expect(finding && seen.says(finding)).toContain(`(${heir}) by fd 1`);
    expect(seen.why(tool).state).not.toBe('stuck');
    // Nobody saw the shell before it ended; whoever looked before knows it.
    expect(finding?.parts.heirs[0]?.from?.is).not.toBe('seen');
  });
});

test('from whom is known where an earlier look saw it', async (context) => {
  needs(context, 'python3');
  const play = stage.python(
    `import subprocess
tool = subprocess.Popen(['sh', '-c', 'sleep 1000 & echo $!; exec sleep 1000'], stdout=subprocess.PIPE)
heir = int(tool.stdout.readline()); say(os.getpid(), heir, tool.pid); tool.wait(); tool.stdout.read()`,
  );
  const [tool = 0, , starter = 0] = await play.said();
  let looks = 0;
  const seen = await lookThrough((now) => {
    // However long a look takes: it ends once one has seen it.
    if (looks++ === 0) process.kill(starter);
    return now.of('endNotCome', [tool]).length > 0;
  });
  expect(seen.one('endNotCome', tool).parts.heirs[0]?.from).toMatchObject({ is: 'seen', pid: starter });
});

test('`why` of the tool says so', async (context: TestContext) => {
  needs(context, 'python3');
  const [tool = 0, heir = 0] = (await CASES['Python with an event loop']?.start()) ?? [];
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { stdout } = spawnSync(process.execPath, [HELPER, 'why', String(tool)], { encoding: 'utf8' });
  expect(stdout).toContain(`(${heir}) by fd 1`);
  const json = spawnSync(process.execPath, [HELPER, 'why', String(tool), '--json'], { encoding: 'utf8' });
  const { answers } = JSON.parse(json.stdout) as { answers: Answer[]; findings: Finding[] };
  expect(answers[0]?.state).not.toBe('stuck');
});
