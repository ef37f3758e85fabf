/** The name of a POSIX object that is to be made: a slash, and then no other (mq_overview(7)). */
import { encodeText } from '../../protocol/bytes';
import { NAME_MOST } from '../../protocol/kinds/posix';
import { type Asker, checked } from './asker';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';

export const askName: Asker = (steps, { prompt, schema, kind }) =>
  steps.input<string>('name', {
    prompt,
    parse: (text) => {
      const typed = text.trim();
      // The slash goes without saying.
      const name = typed.startsWith('/') ? typed : `/${typed}`;
      if (name === '/') return new Wrong(t('A name is needed.'));
      if (name.includes('/', 1)) return new Wrong(t('A name has no slash but the first: it is no path.'));
      if (name === '/.' || name === '/..') return new Wrong(t('This name stands for a folder.'));
      // glibc puts `sem.` before the name of a semaphore's file.
      const most = kind === 'posix.sem' ? NAME_MOST - 4 : NAME_MOST;
      if (encodeText(name).length - 1 > most) return new Wrong(t('A name has at most {0} bytes.', most));
      return checked(schema, name, t('No object can have this name.'));
    },
  });
