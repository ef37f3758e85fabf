/** A panel of an object as a plug of the living test: its key figures. */
import type { IpcObject } from '../../../src/protocol/kinds';
import { sysvRef, type SysvKind } from '../../../src/protocol/ref';
import type { Snapshot } from '../../../src/protocol/snapshot';
import type { Workbench } from '../driver';
import { type Line, seen, type Surface } from './surface';

export class Panel implements Surface {
  readonly name: string;
  readonly moves = [];

  /** `label`: what its tab and heading say. */
  constructor(
    readonly label: string,
    kind: SysvKind,
    namespace: string,
    id: number,
  ) {
    this.name = sysvRef(kind, namespace, id);
  }

  async visible(window: Workbench): Promise<boolean> {
    const tabs = await window.tabs();
    return tabs.some(({ title, active }) => active && title === this.label);
  }

  async read(window: Workbench): Promise<Line[]> {
    const page = window.panel();
    await page.getByRole('heading', { name: this.label }).waitFor({ timeout: 10_000 });
    const text = seen(await page.locator('main').innerText());
    if (/^Gone/m.test(text)) return [{ path: '', text: 'gone' }];
    const figures = await page.locator('.figures li').allInnerTexts();
    return figures.flatMap((figure) => {
      const found = /\d+ (messages?|semaphores?|at zero|attachments?)/.exec(seen(figure));
      return found ? [{ path: '', text: found[0] }] : [];
    });
  }

  expected(snapshot: Snapshot): Line[] {
    const object = snapshot.objects.find(({ ref }) => ref === this.name);
    return (object ? figures(object) : ['gone']).map((text) => ({ path: '', text }));
  }
}

const many = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;

/** The figures that change while an object of the test lives. */
function figures(object: IpcObject): string[] {
  switch (object.kind) {
    case 'sysv.msg':
      return [many(object.messages, 'message')];
    case 'sysv.sem':
      return [
        many(object.semaphores, 'semaphore'),
        `${object.values?.filter((value) => value === 0).length} at zero`,
      ];
    case 'sysv.shm':
      return [many(object.attachments, 'attachment')];
    default:
      return [];
  }
}
