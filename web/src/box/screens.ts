/** Screens that load after the panel first opens. */
import './blocked.ts';
import './naming.ts';
import './people.ts';
import './picker.ts';
export { memberPicker, newChatScreen } from './new-chat.ts';
