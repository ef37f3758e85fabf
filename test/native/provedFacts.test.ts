/** What is asked a second time of a descriptor by its number is told only of the file that was meant. */
import { expect, test } from 'vitest';
import { posixStage } from '../support/posix';

const { eye, scene } = await posixStage();

test('no end of a pipe is told to be of the mode of another under its number', async () => {
  const holder = await scene.posix();
  await holder.run(`a, b = os.pipe(); c, d = os.pipe(); os.set_blocking(c, False); n = os.dup(a)
def flip():
    while True: os.dup2(c, n); os.dup2(a, n)
threading.Thread(target=flip, daemon=True).start()`);
  const [n, inode] = (await holder.run('[n, str(os.fstat(a).st_ino)]')) as [number, string];
  const find = async (details: string[]) =>
    (await eye.rows('pipe', details as never)).find((one) => one.inode === inode);
  const { ref } = (await find([])) ?? {};
  if (ref === undefined) throw new Error('no pipe');
  let [wrong, known] = [0, 0];
  for (let looks = 0; looks < 40 || (known === 0 && looks < 400); looks++) {
    const ends = (await find([ref]))?.endpoints ?? [];
    const other = ends.find(({ fd }) => fd === n);
    if (other?.nonblocking === true) wrong++;
    if (other?.nonblocking === false) known++;
  }
  expect(wrong).toBe(0);
  expect(known).toBeGreaterThan(0);
}, 120_000);
