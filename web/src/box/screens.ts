/** The screens that the first opening does not need. */
import './blocked.ts';
import './naming.ts';
import './people.ts';
import './picker.ts';
