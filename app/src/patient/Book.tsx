import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import { isProblem } from '../api/problems';
import { useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Button, LinkButton } from '../ui/Button';
import { Form, TextArea } from '../ui/Field';
import { announce } from '../ui/live';
import { Page } from '../ui/Page';
import { ProblemNote } from '../ui/Problem';
import { Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { Fee, VisitTime } from '../ui/When';
import { SlotButton } from '../visits/SlotPicker';
import { type Slot, slotsQuery } from '../visits/slots';
import type { BookingState } from './Doctor';
import { usePatientWords } from './words';

/** A slot's id is its start in UTC: `20261201T0430Z`. */
function startOf(slotId: string): string {
  return slotId.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:00Z');
}

export function Component() {
  const { doctorId = '', slotId = '' } = useParams();
  const state = useLocation().state as BookingState | null;
  const words = usePatientWords();
  const core = useCore();
  const format = useFormats();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const kind = state?.kind ?? 'consultation';
  const month = startOf(slotId).slice(0, 7);
  const [taken, setTaken] = useState<Set<string>>(new Set());
  const reason = useRef('');
  const doctor = useRead('viewDoctor', { path: { doctorId } });
  const free = useQuery(slotsQuery(doctorId, kind, month));
  const slot: Slot = free.data?.find(each => each.slotId === slotId) ?? {
    slotId,
    start: state?.start ?? startOf(slotId),
    end: state?.end ?? '',
    clinic: state?.clinic,
  };
  const book = useIntent('bookAppointment', {
    changes: ['listAvailableSlots', 'listAppointments', 'listEarliestSlots'],
    onSuccess: made => {
      queries.setQueryData(['viewAppointment', { path: { appointmentId: made.id } }], made);
      return navigate(`/visits/${made.id}`, { replace: true });
    },
    onError: (error, input) => {
      if (!isProblem(error, 'slot-taken', 'day-full')) return;
      setTaken(before => new Set(before).add(input.body.slotId));
      void queries.invalidateQueries({ queryKey: ['listAvailableSlots', doctorId] });
    },
  });
  const lost = isProblem(book.error, 'slot-taken', 'day-full') && taken.has(slotId);
  return (
    <Page
      title={words.book.title}
      heading={
        doctor.data ? words.book.heading.replace('{doctor}', doctor.data.displayName) : words.book.title
      }
      backTo={`/doctors/${doctorId}`}
      backLabel={words.book.others}
      narrow
    >
      <Loaded query={doctor}>
        {found => {
          const fee = found.terms.kinds?.find(each => each.kind === kind)?.fee ?? found.fee;
          return (
            <>
              <div className="card p-5 sm:p-6">
                <Facts
                  items={[
                    [
                      words.book.when,
                      <strong key="when" className={lost ? 'line-through opacity-70' : ''}>
                        <VisitTime
                          visit={{
                            start: slot.start,
                            end: slot.end || undefined,
                            zone: found.zone,
                            clinic: slot.clinic,
                          }}
                        />
                      </strong>,
                    ],
                    [words.book.where, slot.clinic ?? core.modes.video],
                    [words.visit.kind, core.kinds[kind]],
                    [words.book.fee, <Fee key="fee" paise={fee} />],
                  ]}
                />
              </div>
              {lost && (
                <Alternatives
                  at={slot.start}
                  slots={(free.data ?? []).filter(each => !taken.has(each.slotId))}
                  loading={free.isFetching}
                  zone={found.zone}
                  onChoose={next => {
                    book.reset();
                    navigate(`/doctors/${doctorId}/book/${next.slotId}`, {
                      replace: true,
                      state: {
                        kind,
                        clinic: next.clinic,
                        start: next.start,
                        end: next.end,
                      } satisfies BookingState,
                    });
                    announce(format.dateTime(next.start, found.zone));
                  }}
                />
              )}
              <Form
                className="card grid gap-5 p-5 sm:p-6"
                problem={lost || isProblem(book.error, 'slot-yours', 'patient-busy') ? null : book.error}
                onSubmit={() => {
                  const text = reason.current.trim();
                  book.mutate({ body: { doctorId, slotId, kind, reason: text === '' ? undefined : text } });
                }}
              >
                <TextArea
                  label={words.book.reason}
                  name="reason"
                  hint={words.book.reasonHint}
                  required={false}
                  maxLength={1000}
                  onChange={event => {
                    reason.current = event.target.value;
                  }}
                />
                {isProblem(book.error, 'slot-yours', 'patient-busy') && (
                  <ProblemNote error={book.error}>
                    {book.error.body.appointmentId && (
                      <LinkButton
                        small
                        className="justify-self-start"
                        to={`/visits/${book.error.body.appointmentId}`}
                      >
                        {book.error.kind === 'slot-yours' ? words.book.yours : words.book.busy}
                      </LinkButton>
                    )}
                  </ProblemNote>
                )}
                <p className="text-sm text-soft">{fee > 0 ? words.book.next : words.book.nextFree}</p>
                <Button
                  type="submit"
                  look="primary"
                  busy={book.isPending}
                  disabled={lost}
                  className="sm:justify-self-start"
                >
                  {book.isPending ? words.book.holding : fee > 0 ? words.book.hold : words.book.bookFree}
                </Button>
              </Form>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** The race for the slot is lost: the nearest free times, with the focus on them. */
function Alternatives({
  at,
  slots,
  loading,
  zone,
  onChoose,
}: {
  at: string;
  slots: Slot[];
  loading: boolean;
  zone: string;
  onChoose: (slot: Slot) => void;
}) {
  const words = usePatientWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const wanted = Date.parse(at);
  const nearest = [...slots]
    .sort((a, b) => Math.abs(Date.parse(a.start) - wanted) - Math.abs(Date.parse(b.start) - wanted))
    .slice(0, 6)
    .sort((a, b) => a.start.localeCompare(b.start));
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="alert"
      className="grid gap-3 rounded-[0.875rem] border border-warn/40 bg-warn-soft p-5"
    >
      <h2 className="text-lg font-semibold">{words.book.takenTitle}</h2>
      <p>{nearest.length > 0 || loading ? words.book.taken : words.book.takenNone}</p>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-2">
        {nearest.map(slot => (
          <li key={slot.slotId}>
            <SlotButton slot={slot} zone={zone} onChoose={onChoose} showDay />
          </li>
        ))}
      </ul>
    </div>
  );
}
