/** What axe finds in a panel: each a rule and the elements that break it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Workbench } from './driver';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function violations(workbench: Workbench): Promise<{ id: string; nodes: string[] }[]> {
  const frame = await workbench.panelFrame();
  return frame.evaluate<{ id: string; nodes: string[] }[]>(`
    ${axe};
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], rules: { region: { enabled: false } } })
      .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`);
}
