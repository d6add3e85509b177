import { useState } from 'react';
import { useParams } from 'react-router';
import { now } from '../api/clock';
import { useIntent, useRead } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { VisitCard } from './Visits';
import { usePatientWords } from './words';

export function Component() {
  const { seriesId = '' } = useParams();
  const words = usePatientWords();
  const format = useFormats();
  const [cancelling, setCancelling] = useState(false);
  const path = { seriesId };
  const series = useRead('viewSeries', { path });
  const preview = useRead('previewSeriesCancellation', { path }, { enabled: cancelling, staleTime: 0 });
  const cancel = useIntent('cancelSeries', {
    changes: ['viewSeries', 'viewAppointment', 'listAppointments', 'listPayments', 'listAvailableSlots'],
    onSuccess: () => {
      setCancelling(false);
      toast(words.series.cancelled);
    },
  });
  const [one = '', other = ''] = words.series.willCancel.split('|');
  const [leftOne = '', leftOther = ''] = words.series.left.split('|');
  const open = series.data?.appointments.some(
    visit => ['held', 'confirmed'].includes(visit.status) && Date.parse(visit.start) > now(),
  );
  return (
    <Page
      title={words.series.visits}
      backTo="/visits"
      backLabel={words.visits.title}
      actions={
        open && (
          <Button className="text-danger!" onClick={() => setCancelling(true)}>
            {words.series.cancel}
          </Button>
        )
      }
    >
      <Loaded query={series}>
        {({ appointments }) => (
          <ul className="grid gap-3">
            {appointments.map(visit => (
              <VisitCard key={visit.id} visit={visit} />
            ))}
          </ul>
        )}
      </Loaded>
      <ConfirmDialog
        open={cancelling}
        onClose={() => setCancelling(false)}
        title={words.series.cancelTitle}
        action={words.series.cancel}
        danger
        busy={cancel.isPending}
        ready={preview.isSuccess && !preview.isFetching && preview.data.cancelled.length > 0}
        problem={cancel.error}
        onConfirm={() => cancel.mutate({ path, body: {} })}
      >
        <Loaded query={preview} rows={1}>
          {({ cancelled, left, refundAmount }) => (
            <div className="grid gap-1 rounded-[0.625rem] bg-raised px-4 py-3">
              <p className="font-medium">{format.plural(cancelled.length, one, other)}</p>
              <p>
                {refundAmount
                  ? words.series.refund.replace('{amount}', format.money(refundAmount))
                  : words.series.noRefund}
              </p>
              {left.length > 0 && <p>{format.plural(left.length, leftOne, leftOther)}</p>}
            </div>
          )}
        </Loaded>
      </ConfirmDialog>
    </Page>
  );
}
