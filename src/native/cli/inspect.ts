/** `inspect`: everything about one object, with its details. */
import { IpcFailure } from '../../protocol/errors';
import { concerns, hiddenHolders } from '../../presentation/absence';
import { visible } from '../../presentation/text';
import { findIn } from '../../presentation/values';
import { parse } from './arguments';
import { describe } from './describe';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { notFoundText, unseenLine } from '../../presentation/unseen';
import { attempt, Refusal } from './sentences';

export async function inspect(args: string[]): Promise<number> {
  const { values, words } = parse(args, { json: { type: 'boolean' } }, 1);
  const [name = ''] = words;
  const { object, around, blind } = await attempt(`inspect ${visible(name)}`, () => lookAt(name));
  const unseen = blind.filter((one) => concerns(one, object, blind)).map(unseenLine);
  if (values.json) {
    await printJson(object);
    for (const line of unseen) await complain(line);
  } else {
    await print(describe(object, around, unseen));
  }
  return 0;
}

/** The object with its details, and what could not be seen of it. */
async function lookAt(name: string) {
  const machine = await Machine.open();
  const { ref, kind } = await machine.find(name);
  const found = await machine.look({ levels: {}, details: [ref], processes: true });
  const { blind, objects, host } = found;
  const object = objects.find((one) => one.ref === ref);
  if (!object) {
    const why = notFoundText(blind, kind);
    throw why === undefined ? new IpcFailure({ code: 'gone' }) : new Refusal(why);
  }
  const hidden = hiddenHolders(blind, object.kind);
  return { object, around: { host, process: findIn(found), hidden }, blind };
}
