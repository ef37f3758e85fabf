/** `limits`: what is allowed here, how much of it is used, and what fails next. */
import { limitUseText, nearestFirst, nearestText } from '../../presentation/limits';
import { t } from '../../presentation/translate';
import { lackingLines } from '../../presentation/unseen';
import { findIn, userText } from '../../presentation/values';
import { KINDS } from '../../protocol/ref';
import { users } from '../proc/users';
import { parse } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { table } from './table';

export async function limits(args: string[]): Promise<number> {
  const { values } = parse(args, { json: { type: 'boolean' } });
  const machine = await Machine.open();
  const { limits: all, processes, blind } = await machine.limits();
  const find = findIn({ processes, objects: [] });
  const around = { find, user: (uid: number) => userText({ uid, user: users.get(uid) }) };
  const [nearest] = nearestFirst(all);
  if (values.json)
    await printJson({
      limits: all.map((one) => ({ ...one, text: limitUseText(one, around) })),
      blind,
    });
  else {
    const told = all.map((one) => limitUseText(one, around));
    const head = [t('LIMIT'), t('USED'), '', t('USES MOST'), t('SETTING'), ''];
    const rows = told.map((one) => [one.label, one.used, one.percent, one.usesMost, one.setting, one.now]);
    if (nearest) {
      const { fails, raise } = limitUseText(nearest, around);
      await print(`${nearestText(nearest, around)}\n  ${fails}\n  ${t('To raise it: {0}', raise)}\n\n`);
    }
    await print(table([head, ...rows]));
  }
  for (const line of lackingLines(blind, KINDS)) await complain(line);
  return 0;
}
