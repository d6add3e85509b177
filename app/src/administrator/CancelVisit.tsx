import { useState } from 'react';
import type { Schemas } from '../api/client';
import { useIntent, useRead } from '../api/queries';
import { useFormats } from '../i18n/format';
import { ConfirmDialog } from '../ui/Dialog';
import { TextArea } from '../ui/Field';
import { toast } from '../ui/live';
import { Loaded } from '../ui/states';
import { useAdministratorWords } from './words';

/** Cancels a visit, after saying what goes back. */
export function CancelVisit({
  visit,
  open,
  onClose,
}: {
  visit: Pick<Schemas['Appointment'], 'id'>;
  open: boolean;
  onClose: () => void;
}) {
  const words = useAdministratorWords();
  const format = useFormats();
  const [remark, setRemark] = useState('');
  const path = { appointmentId: visit.id };
  const preview = useRead('previewCancellation', { path }, { enabled: open, staleTime: 0 });
  const cancel = useIntent('cancelAppointment', {
    changes: ['viewAppointment', 'listAppointments', 'listAvailableSlots', 'listPayments', 'viewPayment'],
    onSuccess: done => {
      onClose();
      const refund = done.refundAmount ?? 0;
      toast(
        refund > 0
          ? words.visit.cancelRefund.replace('{amount}', format.money(refund))
          : words.visit.cancelNow,
      );
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.visit.cancelTitle}
      action={words.visit.cancel}
      danger
      busy={cancel.isPending}
      ready={preview.isSuccess && !preview.isFetching}
      problem={cancel.error}
      onConfirm={() => cancel.mutate({ path, body: { reason: remark.trim() || undefined } })}
    >
      <Loaded query={preview} rows={1}>
        {({ paidAmount, refundAmount }) => (
          <p className="rounded-[0.625rem] bg-raised px-4 py-3 font-medium">
            {paidAmount
              ? words.visit.previewAll
                  .replace('{amount}', format.money(refundAmount ?? 0))
                  .replace('{paid}', format.money(paidAmount))
              : words.visit.previewNone}
          </p>
        )}
      </Loaded>
      <TextArea
        label={words.visit.remark}
        hint={words.visit.remarkHint}
        name="reason"
        required={false}
        rows={2}
        value={remark}
        onChange={event => setRemark(event.target.value)}
      />
    </ConfirmDialog>
  );
}
