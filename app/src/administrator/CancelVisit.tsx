import type { Schemas } from '../api/client';
import { useFormats } from '../i18n/format';
import { CancelDialog } from '../visits/CancelDialog';
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
  return (
    <CancelDialog
      appointmentId={visit.id}
      open={open}
      onClose={onClose}
      words={words.visit}
      changes={['viewAppointment', 'listAppointments', 'listAvailableSlots', 'listPayments', 'viewPayment']}
      done={({ refundAmount }) =>
        refundAmount
          ? words.visit.cancelRefund.replace('{amount}', format.money(refundAmount))
          : words.visit.cancelNow
      }
      preview={({ paidAmount, refundAmount }) =>
        paidAmount
          ? words.visit.previewAll
              .replace('{amount}', format.money(refundAmount ?? 0))
              .replace('{paid}', format.money(paidAmount))
          : words.visit.previewNone
      }
    />
  );
}
