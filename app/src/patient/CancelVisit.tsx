import type { Schemas } from '../api/client';
import { useFormats } from '../i18n/format';
import { CancelDialog } from '../visits/CancelDialog';
import { usePatientWords } from './words';

/** Cancels a visit, after saying what comes back. */
export function CancelVisit({
  visit,
  open,
  onClose,
}: {
  visit: Pick<Schemas['Appointment'], 'id'>;
  open: boolean;
  onClose: () => void;
}) {
  const words = usePatientWords();
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
          ? words.visit.cancelledRefund.replace('{amount}', format.money(refundAmount))
          : words.visit.cancelled
      }
      preview={({ paidAmount, refundAmount }) => {
        const text = !paidAmount
          ? words.visit.refundNothingPaid
          : refundAmount === paidAmount
            ? words.visit.refundAll
            : refundAmount
              ? words.visit.refundNow
              : words.visit.refundNone;
        return text
          .replace('{amount}', format.money(refundAmount ?? 0))
          .replace('{paid}', format.money(paidAmount ?? 0));
      }}
    />
  );
}
