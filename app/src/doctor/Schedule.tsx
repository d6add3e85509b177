import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useBlocker } from 'react-router';
import type { Answer, Tagged } from '../api/client';
import { now } from '../api/clock';
import { Problem } from '../api/problems';
import { taggedQuery, useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { dayOf, useFormats } from '../i18n/format';
import { useUser } from '../session/useSession';
import { Button, LinkButton } from '../ui/Button';
import { type Compared, Conflict, useVersion } from '../ui/Conflict';
import { ConfirmDialog } from '../ui/Dialog';
import { DateField, Form, TextField } from '../ui/Field';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Badge, Loaded } from '../ui/states';
import { HoursFields, RuleFields } from './HoursFields';
import {
  type Blocked,
  type Hours,
  instantOf,
  localOf,
  type Override,
  type Rule,
  rulesOf,
  type Schedule,
  slotsOfADay,
  slotsOfAWeek,
  WEEKDAYS,
  warningsOf,
} from './hours';
import { dayAfter } from './steps';
import { useDoctorWords } from './words';

type State = Answer<'viewSchedule'>;

export function Component() {
  const words = useDoctorWords();
  const { id: doctorId } = useUser();
  const path = { doctorId };
  const schedule = useQuery(taggedQuery('viewSchedule', { path }));
  const doctor = useRead('viewDoctor', { path });
  return (
    <Page
      title={words.schedule.title}
      intro={words.schedule.intro}
      actions={
        <>
          <LinkButton icon="plus" to="/doctor/schedule/slots">
            {words.schedule.slots}
          </LinkButton>
          <LinkButton icon="money" to="/doctor/schedule/practice">
            {words.schedule.practice}
          </LinkButton>
        </>
      }
    >
      <Loaded query={doctor}>
        {({ zone }) => (
          <Loaded query={schedule}>{read => <Editor read={read} zone={zone} doctorId={doctorId} />}</Loaded>
        )}
      </Loaded>
    </Page>
  );
}

const NEW_HOURS: Hours = { start: '09:00', end: '13:00', slotMinutes: 20, place: { mode: 'video' } };
const NEW_RULE: Rule = {
  weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  hours: NEW_HOURS,
};

function Editor({ read, zone, doctorId }: { read: Tagged<State>; zone: string; doctorId: string }) {
  const words = useDoctorWords();
  const core = useCore();
  const queries = useQueryClient();
  const fields = useScheduleComparison(zone);
  const [draft, setDraft] = useState<Schedule>();
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const path = { doctorId };
  const version = useVersion<State, Schedule>(read, () =>
    queries.fetchQuery({ ...taggedQuery('viewSchedule', { path }), staleTime: 0 }),
  );
  const state = version.shown.data;
  const save = useIntent('replaceSchedule', {
    changes: ['viewSchedule', 'listAvailableSlots'],
    onSuccess: async () => {
      await version.saved();
      setDraft(undefined);
      setChecked(false);
      toast(words.schedule.saved);
    },
    onError: (error, { body }) => version.meet(error, body),
  });
  const schedule = draft ?? state.schedule;
  const { rules, overrides = [], blocked = [] } = schedule;
  const set = (change: Partial<Schedule>) => setDraft({ ...schedule, ...change });
  const unsaved = draft !== undefined;
  useUnload(unsaved);
  const blocker = useBlocker(unsaved && !save.isPending);
  const today = dayOf(now(), zone);
  const problem = version.met ? null : version.told(save.error);
  const daysError = (place: number): string | undefined => {
    const pointed = problem instanceof Problem && problem.errors.some(each => at(each.pointer, place));
    return (checked && rules[place]?.weekdays.length === 0) || pointed ? words.schedule.noDay : undefined;
  };
  /** Adds an item, and leads to its first field. */
  const added = (change: Partial<Schedule>, name: string) => {
    set(change);
    requestAnimationFrame(() => focusField(form.current, name));
  };
  return (
    <div ref={form} className="grid items-start gap-6 xl:grid-cols-[1fr_20rem]">
      <Form
        // What has the focus is not below the bar with the button.
        className="grid min-w-0 gap-6 [&_button]:scroll-mb-32 [&_input]:scroll-mb-32 [&_select]:scroll-mb-32"
        problem={problem}
        onSubmit={() => {
          setChecked(true);
          const lacking = rules.findIndex(rule => rule.weekdays.length === 0);
          if (lacking >= 0) focusField(form.current, `rules/${lacking}/weekdays`);
          else if (draft) save.mutate({ path, ifMatch: version.shown.etag, body: schedule });
        }}
      >
        <Section
          title={words.schedule.weekly}
          actions={
            <Button
              small
              icon="plus"
              onClick={() => added({ rules: [...rules, NEW_RULE] }, `rules/${rules.length}/weekdays`)}
            >
              {words.schedule.addHours}
            </Button>
          }
        >
          <p className="text-sm text-soft">{words.schedule.weeklyHint}</p>
          {rules.length === 0 && (
            <div className="grid justify-items-center gap-2 rounded-[0.625rem] bg-raised px-4 py-8 text-center">
              <h3 className="font-semibold">{words.schedule.noHoursTitle}</h3>
              <p className="text-soft">{words.schedule.noHours}</p>
            </div>
          )}
          {rules.map((rule, place) => (
            <Item
              // biome-ignore lint/suspicious/noArrayIndexKey: the place is the rule's name, to which the API's answers point
              key={place}
              title={words.schedule.hours.replace('{number}', String(place + 1))}
              remove={words.schedule.removeHours.replace('{number}', String(place + 1))}
              onRemove={() => set({ rules: rules.toSpliced(place, 1) })}
            >
              <RuleFields
                at={`rules/${place}`}
                rule={rule}
                error={daysError(place)}
                onChange={changed => set({ rules: rules.with(place, changed) })}
              />
            </Item>
          ))}
        </Section>

        <Section
          title={words.schedule.leave}
          actions={
            <span className="flex flex-wrap gap-2">
              <Button
                small
                icon="plus"
                onClick={() =>
                  added(
                    {
                      blocked: [
                        ...blocked,
                        { kind: 'days', first: dayAfter(today, 1), last: dayAfter(today, 1) },
                      ],
                    },
                    `blocked/${blocked.length}/first`,
                  )
                }
              >
                {words.schedule.addLeave}
              </Button>
              <Button
                small
                icon="plus"
                onClick={() => {
                  const day = dayAfter(today, 1);
                  const from = instantOf(`${day}T12:00`, zone);
                  const to = instantOf(`${day}T13:00`, zone);
                  added(
                    { blocked: [...blocked, { kind: 'time', from, to }] },
                    `blocked/${blocked.length}/from`,
                  );
                }}
              >
                {words.schedule.addBlocked}
              </Button>
            </span>
          }
        >
          <p className="text-sm text-soft">{words.schedule.leaveHint}</p>
          {blocked.length === 0 && <p className="text-soft">{words.schedule.noLeave}</p>}
          {blocked.map((time, place) => (
            <Item
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              key={place}
              title={(time.kind === 'days' ? words.schedule.leaveTitle : words.schedule.blockedTitle).replace(
                '{number}',
                String(place + 1),
              )}
              remove={words.schedule.removeLeave.replace('{number}', String(place + 1))}
              onRemove={() => set({ blocked: blocked.toSpliced(place, 1) })}
            >
              <BlockedFields
                at={`blocked/${place}`}
                blocked={time}
                zone={zone}
                onChange={changed => set({ blocked: blocked.with(place, changed) })}
              />
            </Item>
          ))}
        </Section>

        <Section
          title={words.schedule.single}
          actions={
            <Button
              small
              icon="plus"
              onClick={() =>
                added(
                  { overrides: [...overrides, { date: dayAfter(today, 1), hours: [] }] },
                  `overrides/${overrides.length}/date`,
                )
              }
            >
              {words.schedule.addSingle}
            </Button>
          }
        >
          <p className="text-sm text-soft">{words.schedule.singleHint}</p>
          {overrides.length === 0 && <p className="text-soft">{words.schedule.noSingle}</p>}
          {overrides.map((override, place) => (
            <Item
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              key={place}
              title={words.schedule.singleTitle.replace('{number}', String(place + 1))}
              remove={words.schedule.removeSingle.replace('{number}', String(place + 1))}
              onRemove={() => set({ overrides: overrides.toSpliced(place, 1) })}
            >
              <OverrideFields
                at={`overrides/${place}`}
                override={override}
                onChange={changed => set({ overrides: overrides.with(place, changed) })}
                onAdded={name => requestAnimationFrame(() => focusField(form.current, name))}
              />
            </Item>
          ))}
        </Section>

        <Section title={words.schedule.booking}>
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField
              label={words.schedule.notice}
              hint={words.schedule.noticeHint}
              name="noticeMinutes"
              type="number"
              inputMode="numeric"
              min={0}
              max={43_200}
              required
              value={Number.isNaN(schedule.noticeMinutes) ? '' : (schedule.noticeMinutes ?? 0)}
              onChange={event =>
                set({ noticeMinutes: event.target.value === '' ? Number.NaN : Number(event.target.value) })
              }
            />
            <TextField
              label={words.schedule.horizon}
              hint={words.schedule.horizonHint}
              name="horizonDays"
              type="number"
              inputMode="numeric"
              min={1}
              max={92}
              required
              value={Number.isNaN(schedule.horizonDays) ? '' : (schedule.horizonDays ?? 28)}
              onChange={event =>
                set({ horizonDays: event.target.value === '' ? Number.NaN : Number(event.target.value) })
              }
            />
          </div>
        </Section>

        {unsaved && (
          <div className="card sticky bottom-3 z-20 flex flex-wrap items-center justify-between gap-3 p-4 shadow-float">
            <p className="flex items-center gap-2">
              <Icon name="edit" className="size-4 text-warn" />
              {words.schedule.unsaved}
            </p>
            <span className="flex flex-wrap gap-2">
              <Button
                look="quiet"
                onClick={() => {
                  save.reset();
                  setChecked(false);
                  setDraft(undefined);
                }}
              >
                {words.schedule.discard}
              </Button>
              <Button type="submit" look="primary" busy={save.isPending}>
                {core.save}
              </Button>
            </span>
          </div>
        )}
      </Form>

      <aside className="grid gap-6 xl:sticky xl:top-22">
        <Preview
          rules={rules}
          count={draft ? slotsOfAWeek(rules) : state.slotsOfAWeek}
          warnings={draft ? warningsOf(schedule) : state.warnings}
          onShow={pointer => focusField(form.current, `${pointer.replace('#/', '')}/start`)}
        />
        <Outside outside={state.outside} zone={zone} />
      </aside>

      <Conflict
        version={version}
        valuesOf={found => found.schedule}
        fields={fields}
        busy={save.isPending}
        error={save.error}
        onSave={(body, etag) => save.mutate({ path, ifMatch: etag, body })}
        onTaken={() => setDraft(undefined)}
      />
      <ConfirmDialog
        open={blocker.state === 'blocked'}
        onClose={() => blocker.reset?.()}
        title={words.schedule.leaveTitleAsk}
        action={words.schedule.leaveAction}
        danger
        onConfirm={() => blocker.proceed?.()}
      >
        <p>{words.schedule.leaveText}</p>
      </ConfirmDialog>
    </div>
  );
}

/** How two schedules stand beside each other. */
function useScheduleComparison(doctorsZone: string): Compared<Schedule> {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const time = (text: string) => (text ? format.time(`1970-01-01T${text.slice(0, 5)}:00Z`, 'UTC') : '–');
  const day = (text: string) => (text ? format.plainDate(text) : '–');
  const instant = (text: string) => (text ? format.dateTime(text, doctorsZone) : '–');
  const span = (from: string, to: string) => (from === to ? from : `${from} – ${to}`);
  const hoursLine = ({
    start,
    end,
    slotMinutes,
    place,
    zone,
    bufferBeforeMinutes,
    bufferAfterMinutes,
  }: Hours) =>
    [
      `${time(start)} – ${time(end)}`,
      zone && format.zone(Date.now(), zone),
      `${words.schedule.slotMinutes}: ${format.number(slotMinutes)}`,
      place?.mode === 'clinic' ? place.name || core.modes.clinic : core.modes.video,
      bufferBeforeMinutes && `${words.schedule.pauseBefore}: ${format.number(bufferBeforeMinutes)}`,
      bufferAfterMinutes && `${words.schedule.pauseAfter}: ${format.number(bufferAfterMinutes)}`,
    ]
      .filter(Boolean)
      .join(', ');
  const days = (weekdays: Rule['weekdays']) =>
    format.list(WEEKDAYS.filter(each => weekdays.includes(each)).map(each => core.weekdays[each]));
  const period = ({ first, last }: Rule) => [
    ...(first ? [`${words.schedule.first}: ${day(first)}`] : []),
    ...(last ? [`${words.schedule.last}: ${day(last)}`] : []),
  ];
  return {
    rules: {
      label: words.schedule.weekly,
      show: rules =>
        rules
          .map(rule => [`${days(rule.weekdays)}: ${hoursLine(rule.hours)}`, ...period(rule)].join(', '))
          .join('\n'),
    },
    blocked: {
      label: words.schedule.leave,
      show: blocked =>
        blocked
          ?.map(each =>
            each.kind === 'days'
              ? span(day(each.first), day(each.last))
              : span(instant(each.from), instant(each.to)),
          )
          .join('\n'),
    },
    overrides: {
      label: words.schedule.single,
      show: overrides =>
        overrides
          ?.map(
            ({ date, hours }) =>
              `${day(date)}: ${hours.length === 0 ? words.schedule.dayOff : hours.map(hoursLine).join('; ')}`,
          )
          .join('\n'),
    },
    noticeMinutes: { label: words.schedule.notice, show: minutes => format.number(minutes ?? 0) },
    horizonDays: { label: words.schedule.horizon, show: count => format.number(count ?? 28) },
  };
}

function at(pointer: string, place: number): boolean {
  return pointer.replace('#/', '').startsWith(`rules/${place}/weekdays`);
}

function focusField(within: HTMLElement | null, name: string): void {
  within?.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus();
}

/** The browser asks before it leaves a page with unsaved changes. */
function useUnload(unsaved: boolean) {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [unsaved]);
}

/** One of several alike things, which can be removed. */
function Item({
  title,
  remove,
  onRemove,
  children,
}: {
  title: string;
  remove: string;
  onRemove: () => void;
  children: ReactNode;
}) {
  const box = useRef<HTMLFieldSetElement>(null);
  return (
    <fieldset
      ref={box}
      className="grid min-w-0 gap-4 rounded-[0.75rem] border border-line p-3 sm:p-4 [&_div]:min-w-0 [&_input]:min-w-0"
    >
      <legend className="sr-only">{title}</legend>
      <div className="flex items-center justify-between gap-3">
        <p className="font-semibold" aria-hidden="true">
          {title}
        </p>
        <button
          type="button"
          aria-label={remove}
          className="-m-2 grid size-11 place-items-center rounded-lg text-soft hover:bg-danger-soft hover:text-danger"
          onClick={() => {
            // The button goes with its item; the focus stays nearby.
            box.current?.closest('section')?.querySelector<HTMLElement>('button')?.focus();
            onRemove();
          }}
        >
          <Icon name="trash" />
        </button>
      </div>
      {children}
    </fieldset>
  );
}

function BlockedFields({
  at,
  blocked,
  zone,
  onChange,
}: {
  at: string;
  blocked: Blocked;
  zone: string;
  onChange: (blocked: Blocked) => void;
}) {
  const words = useDoctorWords();
  if (blocked.kind === 'days')
    return (
      <div className="grid gap-4 sm:grid-cols-2">
        <DateField
          label={words.schedule.firstDay}
          name={`${at}/first`}
          required
          value={blocked.first}
          onChange={event => {
            const first = event.target.value;
            // ISO days compare as texts.
            const last = [first, blocked.last].sort().at(-1) ?? first;
            onChange({ ...blocked, first, last });
          }}
        />
        <DateField
          label={words.schedule.lastDay}
          name={`${at}/last`}
          required
          min={blocked.first}
          value={blocked.last}
          onChange={event => onChange({ ...blocked, last: event.target.value })}
        />
      </div>
    );
  const local = (value: string) => (value ? localOf(value, zone) : '');
  const instant = (value: string) => (value ? instantOf(value, zone) : '');
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        label={words.schedule.blockFrom}
        name={`${at}/from`}
        type="datetime-local"
        required
        value={local(blocked.from)}
        onChange={event => onChange({ ...blocked, from: instant(event.target.value) })}
      />
      <TextField
        label={words.schedule.blockTo}
        name={`${at}/to`}
        type="datetime-local"
        required
        value={local(blocked.to)}
        onChange={event => onChange({ ...blocked, to: instant(event.target.value) })}
      />
    </div>
  );
}

function OverrideFields({
  at,
  override,
  onChange,
  onAdded,
}: {
  at: string;
  override: Override;
  onChange: (override: Override) => void;
  onAdded: (name: string) => void;
}) {
  const words = useDoctorWords();
  const { hours } = override;
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-end gap-4">
        <DateField
          label={words.schedule.date}
          name={`${at}/date`}
          required
          value={override.date}
          onChange={event => onChange({ ...override, date: event.target.value })}
        />
        {hours.length === 0 && (
          <span className="pb-2.5">
            <Badge>{words.schedule.dayOff}</Badge>
          </span>
        )}
      </div>
      {hours.map((each, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is what the API's answers point to
        <div key={place} className="flex items-start gap-2 border-t border-line pt-4">
          <div className="min-w-0 flex-1">
            <HoursFields
              at={`${at}/hours/${place}`}
              hours={each}
              onChange={changed => onChange({ ...override, hours: hours.with(place, changed) })}
            />
          </div>
          <button
            type="button"
            aria-label={words.schedule.removeHours.replace('{number}', String(place + 1))}
            className="grid size-11 shrink-0 place-items-center rounded-lg text-soft hover:bg-danger-soft hover:text-danger"
            onClick={() => {
              onAdded(`${at}/date`);
              onChange({ ...override, hours: hours.toSpliced(place, 1) });
            }}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
      {hours.length < 4 && (
        <Button
          small
          icon="plus"
          className="justify-self-start"
          onClick={() => {
            onChange({ ...override, hours: [...hours, NEW_HOURS] });
            onAdded(`${at}/hours/${hours.length}/start`);
          }}
        >
          {words.schedule.addSingleHours}
        </Button>
      )}
    </div>
  );
}

function Preview({
  rules,
  count,
  warnings,
  onShow,
}: {
  rules: Rule[];
  count: number;
  warnings: { code: string; pointer: string }[];
  onShow: (pointer: string) => void;
}) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const [one = '', other = ''] = words.schedule.aWeek.split('|');
  const time = (text: string) => format.time(`1970-01-01T${text.slice(0, 5)}:00Z`, 'UTC');
  return (
    <Section title={words.schedule.preview}>
      <p role="status" className="text-2xl font-semibold text-accent tabular-nums">
        {format.plural(count, one, other)}
      </p>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-2 text-sm">
        {WEEKDAYS.map(day => {
          const held = rulesOf(rules, day);
          return (
            <div key={day} className="contents">
              <dt className="text-soft">{core.weekdays[day]}</dt>
              <dd>
                {held.length === 0 ? (
                  <span className="text-soft">{words.schedule.free}</span>
                ) : (
                  <ul className="grid gap-1">
                    {held.map((rule, place) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: they are only shown
                      <li key={place} className="tabular-nums">
                        {rule.hours.start && rule.hours.end
                          ? `${time(rule.hours.start)} – ${time(rule.hours.end)}`
                          : '–'}
                        <span className="block text-soft">
                          {slotsOfADay(rule.hours)} ×{' '}
                          {rule.hours.place?.mode === 'clinic'
                            ? rule.hours.place.name || core.modes.clinic
                            : core.modes.video}
                        </span>
                      </li>
                    ))}
                  </ul>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {warnings.length > 0 && (
        <div className="grid gap-2 rounded-[0.625rem] bg-warn-soft px-4 py-3">
          <h3 className="flex items-center gap-2 font-semibold text-warn">
            <Icon name="alert" className="size-4" />
            {words.schedule.warnings}
          </h3>
          <ul className="grid gap-2 text-sm">
            {warnings.map(({ code, pointer }) => (
              <li key={pointer}>
                {words.schedule.warning[code] ?? code}{' '}
                <button
                  type="button"
                  className="min-h-6 font-medium text-accent underline"
                  onClick={() => onShow(pointer)}
                >
                  {words.schedule.goTo}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
}

function Outside({ outside, zone }: { outside: State['outside']; zone: string }) {
  const words = useDoctorWords();
  const format = useFormats();
  return (
    <Section title={words.schedule.outside}>
      {outside.length === 0 ? (
        <p className="text-sm text-soft">{words.schedule.noOutside}</p>
      ) : (
        <>
          <p className="text-sm text-soft">{words.schedule.outsideHint}</p>
          <ul className="grid gap-3">
            {outside.map(slot => (
              <li key={slot.slotId} className="grid gap-1 border-t border-line pt-3">
                <time dateTime={slot.start} className="font-medium">
                  {format.shortDay(slot.start, zone)}, {format.time(slot.start, zone)} –{' '}
                  {format.time(slot.end, zone)}
                </time>
                <span className="flex flex-wrap items-center gap-2">
                  <Badge tone={slot.state === 'held' ? 'warn' : 'neutral'}>
                    {words.schedule.states[slot.state] ?? slot.state}
                  </Badge>
                  {slot.appointmentId && (
                    <LinkButton small look="quiet" to={`/doctor/visits/${slot.appointmentId}`}>
                      {words.schedule.seeVisit}
                    </LinkButton>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
