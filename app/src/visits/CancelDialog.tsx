import { type ReactNode, useState } from 'react';
import type { Answer, Operation } from '../api/client';
import { useIntent, useRead } from '../api/queries';
import { ConfirmDialog } from '../ui/Dialog';
import { TextArea } from '../ui/Field';
import { toast } from '../ui/live';
import { Loaded } from '../ui/states';

interface Words {
  cancelTitle: string;
  cancel: string;
  remark: string;
  remarkHint: string;
}

/** Cancels a visit, after saying what goes back. */
export function CancelDialog({
  appointmentId,
  open,
  onClose,
  words,
  changes,
  done,
  preview,
  children,
}: {
  appointmentId: string;
  open: boolean;
  onClose: () => void;
  words: Words;
  changes: Operation[];
  /** What is told when the visit is cancelled. */
  done: (answer: Answer<'cancelAppointment'>) => string;
  /** What is told before. */
  preview: (answer: Answer<'previewCancellation'>) => string;
  children?: ReactNode;
}) {
  const [remark, setRemark] = useState('');
  const path = { appointmentId };
  // The share depends on the moment, so the preview is asked anew each time the dialog opens.
  const previewed = useRead('previewCancellation', { path }, { enabled: open, staleTime: 0 });
  const cancel = useIntent('cancelAppointment', {
    changes,
    onSuccess: answer => {
      onClose();
      toast(done(answer));
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.cancelTitle}
      action={words.cancel}
      danger
      busy={cancel.isPending}
      ready={previewed.isSuccess && !previewed.isFetching}
      problem={cancel.error}
      onConfirm={() => cancel.mutate({ path, body: { reason: remark.trim() || undefined } })}
    >
      {children}
      <Loaded query={previewed} rows={1}>
        {answer => <p className="rounded-[0.625rem] bg-raised px-4 py-3 font-medium">{preview(answer)}</p>}
      </Loaded>
      <TextArea
        label={words.remark}
        hint={words.remarkHint}
        name="reason"
        required={false}
        rows={2}
        value={remark}
        onChange={event => setRemark(event.target.value)}
      />
    </ConfirmDialog>
  );
}
