import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCore } from '../i18n';
import { readersZone, sameTime, useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import { Empty, Loaded } from '../ui/states';
import { zoneOf } from '../ui/When';
import { byDay, type Kind, monthAfter, partOf, type Slot, today, useSlots } from './slots';

const MonthCalendar = lazy(() => import('../ui/MonthCalendar'));

/** The free times of a doctor: a calendar whose days with free times can be chosen, and the times of the chosen day. */
export function SlotPicker({
  doctorId,
  zone,
  kind,
  onChoose,
  empty,
  selected,
}: {
  doctorId: string;
  zone: string;
  kind: Kind;
  onChoose: (slot: Slot) => void;
  /** What else can be done when a month has nothing. */
  empty?: ReactNode;
  selected?: string;
}) {
  const words = useCore().slots;
  const [month, setMonth] = useState(() => today().slice(0, 7));
  const [chosen, setChosen] = useState<string>();
  const [focused, setFocused] = useState(today);
  const slots = useSlots(doctorId, kind, month);
  const show = (day: string) => {
    setFocused(day);
    setMonth(day.slice(0, 7));
  };
  return (
    <Loaded query={slots} rows={2}>
      {free => {
        const days = byDay(free, zone);
        const ofMonth = [...days.keys()].filter(day => day.startsWith(month));
        const day = chosen?.startsWith(month) ? chosen : ofMonth[0];
        return (
          <div className="grid items-start gap-6 md:grid-cols-[20rem_1fr]">
            <div className="md:min-h-84">
              <Suspense fallback={<div className="h-84 animate-pulse rounded-xl bg-raised" />}>
                <MonthCalendar
                  label={words.chooseDay}
                  selected={day}
                  days={new Set(days.keys())}
                  first={today()}
                  month={
                    focused.startsWith(month) && focused !== today() ? focused : (day ?? clampToToday(month))
                  }
                  onSelect={setChosen}
                  onMonth={show}
                />
              </Suspense>
            </div>
            {day ? (
              <Day
                day={day}
                slots={days.get(day) ?? []}
                zone={zone}
                onChoose={onChoose}
                selected={selected}
              />
            ) : (
              <Empty
                icon="calendar"
                title={words.noneTitle}
                action={
                  <div className="flex flex-wrap justify-center gap-3">
                    <Button onClick={() => show(`${monthAfter(month)}-01`)}>{words.nextMonth}</Button>
                    {empty}
                  </div>
                }
              >
                {words.none}
              </Empty>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

function clampToToday(month: string): string {
  const first = `${month}-01`;
  return first < today() ? today() : first;
}

function Day({
  day,
  slots,
  zone,
  onChoose,
  selected,
}: {
  day: string;
  slots: Slot[];
  zone: string;
  onChoose: (slot: Slot) => void;
  selected?: string;
}) {
  const words = useCore().slots;
  const format = useFormats();
  const foreign = slots.find(
    slot => !sameTime(slot.start, zoneOf({ zone, clinic: slot.clinic }), readersZone()),
  );
  return (
    <div className="grid gap-5">
      <div>
        <h3 className="text-lg font-semibold" aria-live="polite">
          {format.plainDay(day)}
        </h3>
        {foreign && <p className="text-sm text-soft">{words.inZone}</p>}
      </div>
      {slots.length === 0 && <p className="text-soft">{words.noneOnDay}</p>}
      {(['morning', 'afternoon', 'evening'] as const).map(part => {
        const of = slots.filter(slot => partOf(slot, zone) === part);
        if (of.length === 0) return null;
        return (
          <section key={part} aria-label={words[part]} className="grid gap-2">
            <h4 className="text-sm font-medium text-soft">{words[part]}</h4>
            <ul className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-2">
              {of.map(slot => (
                <li key={slot.slotId}>
                  <SlotButton
                    slot={slot}
                    zone={zone}
                    day={day}
                    onChoose={onChoose}
                    selected={selected === slot.slotId}
                  />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

/** A free time to press. Its name has the day, since a list of bare hours says little aloud. */
export function SlotButton({
  slot,
  zone,
  day,
  onChoose,
  selected = false,
  showDay = false,
}: {
  slot: Slot;
  zone: string;
  day?: string;
  onChoose: (slot: Slot) => void;
  selected?: boolean;
  showDay?: boolean;
}) {
  const core = useCore();
  const format = useFormats();
  const at = zoneOf({ zone, clinic: slot.clinic });
  const time = format.time(slot.start, at);
  const where = slot.clinic ?? core.modes.video;
  return (
    <button
      type="button"
      data-slot={slot.slotId}
      aria-pressed={selected || undefined}
      onClick={() => onChoose(slot)}
      className="grid min-h-14 w-full content-center rounded-[0.625rem] border border-accent/50 bg-surface px-3 py-1.5 text-left hover:border-accent hover:bg-accent-soft aria-pressed:bg-accent-soft"
    >
      {showDay ? (
        <span className="text-sm text-soft">{format.shortDay(slot.start, at)}</span>
      ) : (
        <span className="sr-only">{day ? format.plainDay(day) : format.day(slot.start, at)}, </span>
      )}
      <span className="font-semibold text-accent tabular-nums">{time}</span>
      <span className="flex items-center gap-1 text-xs text-soft">
        <Icon name={slot.clinic ? 'clinic' : 'video'} className="size-3.5" />
        <span className="truncate">{where}</span>
      </span>
    </button>
  );
}
