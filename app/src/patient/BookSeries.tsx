import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useIntent, useRead } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { Form, Select, TextArea } from '../ui/Field';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Loaded } from '../ui/states';
import { Fee, VisitTime } from '../ui/When';
import { SlotPicker } from '../visits/SlotPicker';
import type { Slot } from '../visits/slots';
import { usePatientWords } from './words';

type Interval = 'weekly' | 'biweekly' | 'monthlyWeekday' | 'monthlyDay';

const INTERVALS: Record<Interval, { everyDays?: number; monthly?: 'day' | 'weekday' }> = {
  weekly: { everyDays: 7 },
  biweekly: { everyDays: 14 },
  monthlyWeekday: { monthly: 'weekday' },
  monthlyDay: { monthly: 'day' },
};

export function Component() {
  const { doctorId = '' } = useParams();
  const words = usePatientWords();
  const doctor = useRead('viewDoctor', { path: { doctorId } });
  const [first, setFirst] = useState<Slot>();
  const [count, setCount] = useState(3);
  const [interval, setInterval] = useState<Interval>('weekly');
  const title = words.series.title;
  return (
    <Page
      title={title}
      heading={doctor.data ? words.series.heading.replace('{doctor}', doctor.data.displayName) : title}
      backTo={`/doctors/${doctorId}`}
    >
      <Loaded query={doctor}>
        {found => (
          <>
            <Section title={words.series.first}>
              <SlotPicker
                doctorId={doctorId}
                zone={found.zone}
                kind="consultation"
                selected={first?.slotId}
                onChoose={setFirst}
              />
            </Section>
            <Section title={words.series.others}>
              <div className="grid max-w-xl gap-5 sm:grid-cols-2">
                <Select
                  label={words.series.every}
                  name="interval"
                  value={interval}
                  onChange={event => setInterval(event.target.value as Interval)}
                  options={(Object.keys(INTERVALS) as Interval[]).map(value => ({
                    value,
                    label: words.series[value],
                  }))}
                />
                <Select
                  label={words.series.count}
                  name="count"
                  value={String(count)}
                  onChange={event => setCount(Number(event.target.value))}
                  options={Array.from({ length: 11 }, (_, index) => ({
                    value: `${index + 2}`,
                    label: `${index + 2}`,
                  }))}
                />
              </div>
              {found.fee > 0 && <p className="text-sm text-soft">{words.series.holds}</p>}
            </Section>
            {first && (
              <Preview
                doctorId={doctorId}
                zone={found.zone}
                first={first}
                count={count}
                interval={interval}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Preview({
  doctorId,
  zone,
  first,
  count,
  interval,
}: {
  doctorId: string;
  zone: string;
  first: Slot;
  count: number;
  interval: Interval;
}) {
  const words = usePatientWords();
  const format = useFormats();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const preview = useRead(
    'previewSeries',
    { query: { doctorId, first: first.slotId, count, ...INTERVALS[interval] } },
    { staleTime: 0 },
  );
  const book = useIntent('bookSeries', {
    changes: ['listAppointments', 'listAvailableSlots', 'previewSeries'],
    onSuccess: made => {
      toast(made.occurrences.some(visit => visit.holdUntil) ? words.series.booked : words.series.bookedFree);
      return navigate(`/series/${made.id}`, { replace: true });
    },
  });
  return (
    <Section title={words.series.preview}>
      <Loaded query={preview}>
        {({ occurrences }) => {
          const free = occurrences.filter(visit => visit.available);
          const all = free.length === occurrences.length;
          const [one = '', other = ''] = (all ? words.series.book : words.series.bookAvailable).split('|');
          return (
            <Form
              problem={book.error}
              onSubmit={() =>
                book.mutate({
                  body: {
                    doctorId,
                    slotIds: free.map(visit => visit.slotId),
                    mode: 'all',
                    reason: reason.trim() || undefined,
                  },
                })
              }
            >
              <ol className="grid gap-2" aria-live="polite">
                {occurrences.map(visit => (
                  <li
                    key={visit.slotId}
                    className={`flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-[0.625rem] px-4 py-2.5 ${visit.available ? 'bg-good-soft' : 'bg-raised text-soft'}`}
                  >
                    <span className="flex items-center gap-2">
                      <Icon name={visit.available ? 'check' : 'cross'} className="size-4" />
                      <VisitTime visit={{ start: visit.start, zone, clinic: first.clinic }} />
                    </span>
                    <span>
                      {visit.available ? (
                        <Fee paise={visit.fee ?? 0} />
                      ) : (
                        (words.series.reasons[visit.reason ?? ''] ?? visit.reason)
                      )}
                    </span>
                  </li>
                ))}
              </ol>
              {free.length < 2 ? (
                <p>{words.series.noneFree}</p>
              ) : (
                <>
                  <TextArea
                    label={words.book.reason}
                    hint={words.book.reasonHint}
                    name="reason"
                    required={false}
                    maxLength={1000}
                    value={reason}
                    onChange={event => setReason(event.target.value)}
                  />
                  <Button
                    type="submit"
                    look="primary"
                    busy={book.isPending}
                    className="sm:justify-self-start"
                  >
                    {format.plural(free.length, one, other)}
                  </Button>
                </>
              )}
            </Form>
          );
        }}
      </Loaded>
    </Section>
  );
}
