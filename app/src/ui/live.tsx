import { useSyncExternalStore } from 'react';
import { useCore } from '../i18n';
import { Icon } from './icons';

/** Short messages: what has just happened. They are read aloud, and shown for a while. */
interface Message {
  id: number;
  text: string;
  tone: 'good' | 'info' | 'bad';
  shown: boolean;
}

let messages: Message[] = [];
let next = 0;
const listeners = new Set<() => void>();

function change(to: Message[]) {
  messages = to;
  for (const listener of listeners) listener();
}

function say(text: string, tone: Message['tone'], shown: boolean, milliseconds: number) {
  const id = next++;
  change([...messages.slice(-2), { id, text, tone, shown }]);
  setTimeout(() => dismiss(id), milliseconds);
}

function dismiss(id: number) {
  change(messages.filter(message => message.id !== id));
}

/** Shows a message and has it read. */
export function toast(text: string, tone: Message['tone'] = 'good'): void {
  say(text, tone, true, 7000);
}

/** Has a message read that the page shows already. */
export function announce(text: string): void {
  say(text, 'info', false, 3000);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Messages() {
  const shown = useSyncExternalStore(subscribe, () => messages);
  const words = useCore();
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-50 flex flex-col items-center gap-2 p-4"
    >
      {shown.map(message =>
        message.shown ? (
          <div
            key={message.id}
            className="card pointer-events-auto flex max-w-lg items-center gap-3 px-4 py-3 shadow-float"
          >
            <span className={message.tone === 'bad' ? 'text-danger' : 'text-good'}>
              <Icon name={message.tone === 'bad' ? 'alert' : message.tone === 'info' ? 'info' : 'check'} />
            </span>
            <span>{message.text}</span>
            <button
              type="button"
              className="-m-2 ml-auto grid size-11 place-items-center rounded-lg text-soft hover:bg-raised"
              onClick={() => dismiss(message.id)}
              aria-label={words.close}
            >
              <Icon name="cross" className="size-4" />
            </button>
          </div>
        ) : (
          <span key={message.id} className="sr-only">
            {message.text}
          </span>
        ),
      )}
    </div>
  );
}
