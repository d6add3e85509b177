import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useCore } from '../i18n';
import { Button } from './Button';
import { Icon } from './icons';
import { ProblemNote } from './Problem';

/**
 * A modal dialog by the browser's own element: it keeps the focus inside, makes the rest inert, closes with Escape and gives
 * the focus back.
 */
export function Dialog({ open, ...rest }: DialogProps & { open: boolean }) {
  return open ? <OpenDialog {...rest} /> : null;
}

interface DialogProps {
  onClose: () => void;
  title: string;
  children: ReactNode;
  wide?: boolean;
}

function OpenDialog({ onClose, title, children, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const words = useCore();
  // Closed while it is still in the document: otherwise the browser does not give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={`m-auto w-[calc(100%-2rem)] rounded-2xl border border-line bg-surface p-0 text-ink shadow-float ${wide ? 'max-w-2xl' : 'max-w-lg'}`}
      onCancel={event => {
        // React decides what is open; the browser would close it behind React's back.
        event.preventDefault();
        onClose();
      }}
    >
      <div className="grid gap-4 p-6">
        <div className="flex items-start justify-between gap-4">
          <h2 id={id} className="text-xl font-semibold">
            {title}
          </h2>
          <button
            type="button"
            className="-m-2 grid size-11 place-items-center rounded-lg text-soft hover:bg-raised"
            aria-label={words.close}
            onClick={onClose}
          >
            <Icon name="cross" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** Asks before something that can't be undone. Its button says what happens. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  children,
  action,
  onConfirm,
  busy = false,
  problem,
  danger = false,
  ready = true,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children?: ReactNode;
  action: string;
  onConfirm: () => void;
  busy?: boolean;
  problem?: Error | null;
  danger?: boolean;
  ready?: boolean;
}) {
  const words = useCore();
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      {children}
      {problem && <ProblemNote error={problem} />}
      <div className="actions justify-end pt-2 max-sm:justify-stretch">
        <Button onClick={onClose}>{words.back}</Button>
        <Button look={danger ? 'danger' : 'primary'} busy={busy} disabled={!ready} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
