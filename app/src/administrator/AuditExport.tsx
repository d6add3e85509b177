import { useState } from 'react';
import type { Schemas } from '../api/client';
import { useIntent } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { Countdown, useTimeLeft } from '../ui/Countdown';
import { DateField, Form } from '../ui/Field';
import { Icon } from '../ui/icons';
import { announce } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { save } from '../ui/save';
import { Empty } from '../ui/states';
import { dayAfter, utcDay } from './days';
import { fetchScript } from './fetchScript';
import { plural } from './plural';
import { useAdministratorWords } from './words';

interface Made {
  files: Schemas['ExportedFile'][];
  checkpoints: number;
  expiresAt: string;
  since?: number | null;
}

export function Component() {
  const words = useAdministratorWords();
  const format = useFormats();
  const today = utcDay();
  const [files, setFiles] = useState(0);
  const [made, setMade] = useState<Made>();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Error | null>(null);
  const [order, setOrder] = useState(false);
  const part = useIntent('exportAudit');
  const collect = async (from: string, to: string) => {
    setBusy(true);
    setMade(undefined);
    setFailed(null);
    setFiles(0);
    try {
      const all: Made = { files: [], checkpoints: 0, expiresAt: '' };
      let after: number | undefined;
      do {
        const answer = await part.mutateAsync({ body: { from, to, after } });
        all.files.push(...answer.files);
        // The first addresses expire first.
        all.expiresAt ||= answer.expiresAt;
        if (after === undefined) {
          all.since = answer.since;
          all.checkpoints = answer.checkpoints;
        }
        after = answer.next ?? undefined;
        setFiles(all.files.length);
      } while (after !== undefined);
      setMade(all);
      announce(words.export.ready.replace('{files}', plural(format, all.files.length, words.export.files)));
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page
      title={words.export.title}
      intro={words.export.intro}
      backTo="/admin/audit"
      backLabel={words.audit.title}
      narrow
    >
      <Form
        className="card grid gap-5 p-5 sm:p-6"
        problem={failed}
        onSubmit={data => {
          const from = String(data.get('from'));
          const to = String(data.get('to'));
          setOrder(from > to);
          if (from <= to) void collect(from, to);
        }}
      >
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <DateField
            label={words.export.from}
            hint={words.export.dayHint}
            name="from"
            max={today}
            required
            defaultValue={dayAfter(today, -1)}
          />
          <DateField
            label={words.export.to}
            hint={words.export.dayHint}
            error={order ? words.export.order : undefined}
            name="to"
            max={today}
            required
            defaultValue={today}
          />
        </div>
        <Button type="submit" look="primary" icon="download" busy={busy} className="sm:justify-self-start">
          {words.export.start}
        </Button>
        <p role="status" className="text-soft empty:hidden">
          {busy && plural(format, files, words.export.busy)}
        </p>
      </Form>
      {made &&
        (made.files.length === 0 ? (
          <Empty icon="shield" title={words.export.noneTitle}>
            {words.export.none}
          </Empty>
        ) : (
          <Ready made={made} />
        ))}
    </Page>
  );
}

function Ready({ made }: { made: Made }) {
  const words = useAdministratorWords();
  const format = useFormats();
  const over = useTimeLeft(made.expiresAt) <= 0;
  const [before = '', after = ''] = words.export.expires.split('{time}');
  const since = made.since ? ` --since ${made.since}` : '';
  return (
    <Section title={words.export.doneTitle}>
      <p>
        {plural(format, made.files.length, words.export.files)},{' '}
        {plural(format, made.checkpoints, words.export.checkpoints)}
      </p>
      {over ? (
        <p role="alert" className="flex gap-2 font-medium text-danger">
          <Icon name="clock" />
          {words.export.expired}
        </p>
      ) : (
        <>
          <p>
            {before}
            <Countdown until={made.expiresAt} />
            {after} {words.export.secret}
          </p>
          <div className="grid gap-1.5">
            <Button
              look="primary"
              icon="download"
              className="justify-self-start"
              onClick={() =>
                save(
                  new Blob([fetchScript(made.files)], { type: 'text/x-shellscript' }),
                  'fetch-audit-export.sh',
                )
              }
            >
              {words.export.script}
            </Button>
            <p className="text-sm text-soft">{words.export.scriptHint}</p>
          </div>
          <p>
            {words.export.verify}{' '}
            <code className="rounded bg-raised px-1.5 py-0.5 text-sm break-all">
              verify-audit verify{since}
            </code>
          </p>
          <details className="grid gap-3">
            <summary className="min-h-11 content-center font-medium text-accent">{words.export.list}</summary>
            <ul className="grid gap-1">
              {made.files.map((file, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a path may come in several parts, in this order
                <li key={index}>
                  <a
                    className="inline-flex min-h-9 items-center font-mono text-sm break-all text-accent hover:underline"
                    href={file.url}
                    download
                    target="_blank"
                    rel="noreferrer"
                  >
                    {file.path}
                  </a>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </Section>
  );
}
