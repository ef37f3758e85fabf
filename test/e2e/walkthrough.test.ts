/** First contact in a real VS Code, from the VSIX alone: the walkthrough starts the sample, and each of its steps shows something of this machine. */
import { expect, test } from 'vitest';
import { session } from './session';

const it = session({
  viewport: { width: 1280, height: 900 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
/** Milliseconds within which a trouble that lasts is told, on a machine that is busy. */
const TOLD = 60_000;

test('its steps start the sample, ask why, and end it', { timeout: 200_000 }, async () => {
  const { workbench } = it;
  const { page } = workbench;
  await workbench.runCommand('Welcome: Open Walkthrough...');
  await workbench.quick.pick(/^Why does it hang\?/);
  const steps = page.locator('.gettingStartedContainer .getting-started-step');
  await expect.poll(() => steps.count()).toBe(5);
  const step = (title: string) => steps.filter({ hasText: title });
  const button = (name: string) => step_.getByRole('button', { name });
  // The first is open.
  let step_ = step('See what is wrong');
  // Its picture is in the package.
  const picture = page.locator('.gettingStartedContainer .getting-started-media img');
  const isLoaded = () => picture.first().evaluate((image) => (image as HTMLImageElement).naturalWidth);
  await expect.poll(isLoaded, { timeout: 20_000 }).toBeGreaterThan(100);
  try {
    await button('Start Sample').click();
    const findings = workbench.view('Findings');
    await findings.row(/^Deadlock of 2/).get(TOLD);
    await findings.row(/^Last user ended/).get(TOLD);
    await findings.row(/^Queue full/).get(TOLD);
    await expect
      .poll(() => step_.locator('.codicon-getting-started-step-checked').count())
      .toBeGreaterThan(0);

    step_ = step('Ask why it waits');
    await step_.click();
    await button('Why Does It Wait?').click();
    await workbench.quick.pick(/^sample-ping \(/);
    await workbench.panel().getByText('sample-pong').first().waitFor({ timeout: 20_000 });

    // What was chosen in Findings cures: the row goes by itself.
    const lost = findings.row(/^Last user ended/);
    await lost.expand();
    await findings.row(/^Add \+1/).click();
    await lost.waitUntilGone(TOLD);
    await workbench.runCommand('IPC Inspector: Open Walkthrough');
    step_ = step('Cure it, and look again');
    await step_.click();
    await button('Stop Sample').click();
    await findings.row(/^Deadlock of 2/).waitUntilGone(TOLD);
    await findings.row(/^Queue full/).waitUntilGone(TOLD);
  } finally {
    await workbench.runCommand('IPC Inspector: Stop Sample').catch(() => undefined);
  }
});
