import { useState } from 'react';
import { now } from '../api/clock';
import { useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { dayOf, useFormats } from '../i18n/format';
import { useUser } from '../session/useSession';
import { Button } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { DateField, Form, TextField } from '../ui/Field';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Empty, Loaded } from '../ui/states';
import { KINDS, monthAfter, type Slot, useSlots } from '../visits/slots';
import { slotsInARow } from './hours';
import { useDoctorWords } from './words';

export function Component() {
  const words = useDoctorWords();
  const { id: doctorId } = useUser();
  const doctor = useRead('viewDoctor', { path: { doctorId } });
  return (
    <Page
      title={words.slots.title}
      intro={words.slots.intro}
      backTo="/doctor/schedule"
      backLabel={words.schedule.title}
    >
      <Loaded query={doctor}>
        {({ zone, terms }) => {
          // A kind that takes several slots hides slots that are free, so the shortest one is asked for.
          const length = (kind: string) => terms.kinds?.find(each => each.kind === kind)?.slots ?? 1;
          const kind = KINDS.toSorted((one, other) => length(one) - length(other))[0] ?? 'consultation';
          return (
            <div className="grid items-start gap-6 lg:grid-cols-[22rem_1fr]">
              <Publish doctorId={doctorId} zone={zone} />
              <Free doctorId={doctorId} zone={zone} kind={kind} />
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Publish({ doctorId, zone }: { doctorId: string; zone: string }) {
  const words = useDoctorWords();
  const format = useFormats();
  const today = dayOf(now(), zone);
  const publish = useIntent('publishAvailability', {
    changes: ['listAvailableSlots', 'viewSchedule'],
    onSuccess: ({ published }) => {
      const [one = '', other = ''] = words.slots.published.split('|');
      if (published > 0) toast(format.plural(published, one, other));
      else toast(words.slots.already, 'info');
    },
  });
  return (
    <Section title={words.slots.publish}>
      <p className="text-sm text-soft">{words.slots.note}</p>
      <Form
        problem={publish.error}
        onSubmit={data => {
          const local = `${data.get('day')}T${data.get('slots')}`;
          const slots = slotsInARow(local, zone, Number(data.get('minutes')), Number(data.get('count')));
          publish.mutate({ path: { doctorId }, body: { slots } });
        }}
      >
        <DateField label={words.slots.day} name="day" required min={today} defaultValue={today} />
        <TextField
          label={words.slots.start}
          hint={words.slots.zone.replace('{zone}', format.zone(Date.now(), zone))}
          name="slots"
          type="time"
          required
        />
        <div className="grid grid-cols-2 items-end gap-4">
          <TextField
            label={words.slots.minutes}
            name="minutes"
            type="number"
            inputMode="numeric"
            required
            min={5}
            max={480}
            defaultValue={20}
          />
          <TextField
            label={words.slots.count}
            name="count"
            type="number"
            inputMode="numeric"
            required
            min={1}
            max={50}
            defaultValue={1}
          />
        </div>
        <Button type="submit" look="primary" busy={publish.isPending}>
          {words.slots.action}
        </Button>
      </Form>
    </Section>
  );
}

function Free({ doctorId, zone, kind }: { doctorId: string; zone: string; kind: (typeof KINDS)[number] }) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const first = dayOf(now(), zone).slice(0, 7);
  const [month, setMonth] = useState(first);
  const [chosen, setChosen] = useState<Slot>();
  const slots = useSlots(doctorId, kind, month);
  const withdraw = useIntent('withdrawSlot', {
    changes: ['listAvailableSlots', 'listWaitlist'],
    onSuccess: () => {
      setChosen(undefined);
      toast(words.slots.withdrawn);
    },
  });
  const [one = '', other = ''] = words.slots.count2.split('|');
  const when = (slot: Slot) =>
    `${format.day(slot.start, zone)}, ${format.time(slot.start, zone)} – ${format.time(slot.end, zone)}`;
  return (
    <Section
      title={words.slots.free}
      actions={
        <span className="flex items-center gap-1">
          <Button
            small
            icon="left"
            aria-label={words.slots.previous}
            disabled={month === first}
            onClick={() => setMonth(monthBefore(month))}
          />
          <span role="status" className="min-w-36 text-center font-medium">
            {monthName(month, format.locale)}
          </span>
          <Button
            small
            icon="right"
            aria-label={words.slots.next}
            onClick={() => setMonth(monthAfter(month))}
          />
        </span>
      }
    >
      <Loaded query={slots}>
        {free => {
          const ofMonth = free.filter(slot => dayOf(slot.start, zone).startsWith(month));
          const days = Map.groupBy(ofMonth, slot => dayOf(slot.start, zone));
          if (days.size === 0)
            return (
              <Empty icon="calendar" title={words.slots.noneTitle}>
                {words.slots.none}
              </Empty>
            );
          return (
            <>
              <p className="text-sm text-soft">{format.plural(ofMonth.length, one, other)}</p>
              <div className="grid gap-5">
                {[...days].map(([day, of]) => (
                  <section key={day} aria-label={format.plainDay(day)} className="grid gap-2">
                    <h3 className="font-medium">{format.plainDay(day)}</h3>
                    <ul className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-2">
                      {of.map(slot => (
                        <li
                          key={slot.slotId}
                          className="flex items-center justify-between gap-1 rounded-[0.625rem] border border-line py-1 pl-3"
                        >
                          <span className="min-w-0">
                            <span className="block font-medium tabular-nums">
                              {format.time(slot.start, zone)}
                            </span>
                            <span className="flex items-center gap-1 text-xs text-soft">
                              <Icon name={slot.clinic ? 'clinic' : 'video'} className="size-3.5" />
                              <span className="truncate">{slot.clinic ?? core.modes.video}</span>
                            </span>
                          </span>
                          <button
                            type="button"
                            aria-label={words.slots.withdraw.replace('{time}', when(slot))}
                            className="grid size-11 shrink-0 place-items-center rounded-lg text-soft hover:bg-danger-soft hover:text-danger"
                            onClick={() => {
                              withdraw.reset();
                              setChosen(slot);
                            }}
                          >
                            <Icon name="cross" className="size-4" />
                          </button>
                        </li>
                      ))}
                    </ul>
                  </section>
                ))}
              </div>
            </>
          );
        }}
      </Loaded>
      <ConfirmDialog
        open={chosen !== undefined}
        onClose={() => setChosen(undefined)}
        title={words.slots.withdrawTitle}
        action={words.slots.withdrawAction}
        danger
        busy={withdraw.isPending}
        problem={withdraw.error}
        onConfirm={() => chosen && withdraw.mutate({ path: { doctorId, slotId: chosen.slotId } })}
      >
        {chosen && <p className="font-medium">{when(chosen)}</p>}
        <p>{words.slots.withdrawText}</p>
      </ConfirmDialog>
    </Section>
  );
}

function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7);
}

function monthName(month: string, locale: string): string {
  const options = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(`${month}-01T00:00Z`));
}
