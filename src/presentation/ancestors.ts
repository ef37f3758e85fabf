/** The process from which all who have an object descend: most likely it made the connection. */
import type { FactRecord } from './facts';
import { pidText } from './values';
import { t } from './translate';

/** All processes descend from the first: that it is the nearest says only that there is no nearer one. */
export function ancestorFact<O>(of: (object: O) => { pid: number } | undefined): FactRecord<O> {
  return {
    key: 'ancestor',
    label: () => t('Nearest common ancestor'),
    value: (object, { process }) => {
      const found = of(object);
      if (!found) return undefined;
      const name = pidText(found.pid, process);
      return found.pid === 1 ? t('none nearer than {0}', name) : name;
    },
  };
}
