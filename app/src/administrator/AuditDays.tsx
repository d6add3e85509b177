import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { now } from '../api/clock';
import { everyPageQuery, useIntent } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { DateField, Form, TextArea, TextField } from '../ui/Field';
import { Icon } from '../ui/icons';
import { Page, Section } from '../ui/Page';
import { Badge, Empty, Loaded } from '../ui/states';
import { Table } from '../ui/Table';
import { Instant } from '../ui/When';
import { dayAfter, isId, utcDay } from './days';
import { Id } from './Id';
import { plural } from './plural';
import { useAdministratorWords } from './words';

type Act = 'hold' | 'release';
interface Asked {
  act: Act;
  day: string;
  reason: string;
  patientId?: string;
}

export function Component() {
  const words = useAdministratorWords();
  const format = useFormats();
  const latest = dayAfter(utcDay(), -1);
  // Which of the two buttons sends the form.
  const act = useRef<Act>('hold');
  const [asked, setAsked] = useState<Asked>();
  const [wrongPatient, setWrongPatient] = useState(false);
  const [done, setDone] = useState<{ day: string; held: boolean; objects: number }>();
  const effects = {
    changes: ['listAuditEvents' as const],
    onSuccess: (day: { day: string; held: boolean; objects: number }) => {
      setAsked(undefined);
      setDone(day);
    },
    onError: () => setAsked(undefined),
  };
  const hold = useIntent('holdAuditDay', effects);
  const release = useIntent('releaseAuditDay', effects);
  const shownDay = format.plainDate(asked?.day ?? latest);
  const confirm = () => {
    if (!asked) return;
    const { day, reason, patientId } = asked;
    (asked.act === 'hold' ? hold : release).mutate({ path: { day }, body: { reason, patientId } });
  };
  return (
    <Page
      title={words.days.title}
      intro={words.days.intro}
      backTo="/admin/audit"
      backLabel={words.audit.title}
    >
      <Form
        className="card grid gap-5 p-5 sm:p-6"
        problem={hold.error ?? release.error}
        onSubmit={data => {
          const text = (name: string) => String(data.get(name) ?? '').trim();
          const patientId = text('patientId').toLowerCase();
          const wrong = patientId !== '' && !isId(patientId);
          setWrongPatient(wrong);
          if (wrong) return;
          hold.reset();
          release.reset();
          setDone(undefined);
          setAsked({
            act: act.current,
            day: text('day'),
            reason: text('reason'),
            patientId: patientId || undefined,
          });
        }}
      >
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <DateField
            label={words.days.day}
            hint={words.days.dayHint}
            name="day"
            max={latest}
            required
            defaultValue={latest}
          />
          <TextField
            label={words.days.patient}
            hint={words.patientHint}
            error={wrongPatient ? words.notAnId : undefined}
            name="patientId"
            autoComplete="off"
            spellCheck={false}
            required={false}
          />
        </div>
        <TextArea
          label={words.days.reason}
          hint={words.days.reasonHint}
          name="reason"
          rows={2}
          maxLength={200}
          required
        />
        <div className="actions">
          <Button
            type="submit"
            look="primary"
            icon="shield"
            onClick={() => {
              act.current = 'hold';
            }}
          >
            {words.days.hold}
          </Button>
          <Button
            type="submit"
            onClick={() => {
              act.current = 'release';
            }}
          >
            {words.days.release}
          </Button>
        </div>
        <div role="status">
          {done && (
            <p className="flex items-center gap-3 rounded-[0.625rem] bg-good-soft px-4 py-3 text-good">
              <Icon name="check" />
              <span>
                <strong>
                  {(done.held ? words.days.held : words.days.released).replace(
                    '{day}',
                    format.plainDate(done.day),
                  )}
                </strong>{' '}
                {plural(format, done.objects, words.days.objects)}
              </span>
            </p>
          )}
        </div>
      </Form>
      <Section plain title={words.days.history}>
        <History />
      </Section>
      <ConfirmDialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={(asked?.act === 'release' ? words.days.releaseTitle : words.days.holdTitle).replace(
          '{day}',
          shownDay,
        )}
        action={asked?.act === 'release' ? words.days.release : words.days.hold}
        danger={asked?.act === 'release'}
        busy={hold.isPending || release.isPending}
        onConfirm={confirm}
      >
        <p>{asked?.act === 'release' ? words.days.releaseText : words.days.intro}</p>
        <p className="rounded-[0.625rem] bg-raised px-4 py-3">“{asked?.reason}”</p>
      </ConfirmDialog>
    </Page>
  );
}

/** What the trail says about holds: the API has no list of the days on hold. */
function History() {
  const words = useAdministratorWords();
  const format = useFormats();
  const [from] = useState(() => new Date(now() - 30 * 86_400_000).toISOString());
  const set = useQuery(
    everyPageQuery('listAuditEvents', { query: { type: 'LEGAL_HOLD_SET', from, limit: 100 } }),
  );
  const lifted = useQuery(
    everyPageQuery('listAuditEvents', { query: { type: 'LEGAL_HOLD_LIFTED', from, limit: 100 } }),
  );
  return (
    <Loaded query={set}>
      {holds => (
        <Loaded query={lifted}>
          {releases => {
            const events = [...holds, ...releases]
              .flatMap(page => page.events)
              .sort((a, b) => b.at.localeCompare(a.at));
            if (events.length === 0)
              return (
                <Empty icon="shield" title={words.days.noneTitle}>
                  {words.days.none}
                </Empty>
              );
            return (
              <Table
                caption={words.days.history}
                rows={events}
                id={event => event.id}
                columns={[
                  { name: words.days.day, cell: event => format.plainDate(event.resourceId) },
                  {
                    name: words.days.act,
                    cell: event => (
                      <Badge tone={event.type === 'LEGAL_HOLD_SET' ? 'warn' : 'neutral'}>
                        {event.type === 'LEGAL_HOLD_SET' ? words.days.set : words.days.lifted}
                      </Badge>
                    ),
                  },
                  { name: words.days.reason, cell: event => event.detail },
                  { name: words.days.when, cell: event => <Instant at={event.at} /> },
                  { name: words.days.by, cell: event => <Id of={event.actor} /> },
                ]}
              />
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}
