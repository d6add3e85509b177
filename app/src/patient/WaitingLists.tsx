import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '../api/client';
import { now } from '../api/clock';
import { isProblem } from '../api/problems';
import { pagedQuery, useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { readersZone, useFormats } from '../i18n/format';
import { useSpecialities } from '../i18n/terms';
import { Button, LinkButton } from '../ui/Button';
import { Countdown } from '../ui/Countdown';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { ProblemNote } from '../ui/Problem';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { Instant, VisitTime } from '../ui/When';
import { usePatientWords } from './words';

type Entry = Schemas['ListedWaitlistEntry'];
const OPEN = ['waiting', 'offered'];

export function Component() {
  const words = usePatientWords();
  const entries = useInfiniteQuery({
    ...pagedQuery('listWaitlist', { query: { limit: 50 } }),
    // An offer lasts half an hour; it should be seen soon after it is made.
    refetchInterval: 30_000,
  });
  const all = entries.data?.pages.flatMap(page => page.entries) ?? [];
  const offered = all.filter(entry => entry.status === 'offered');
  const waiting = all.filter(entry => entry.status === 'waiting');
  const over = all.filter(entry => !OPEN.includes(entry.status)).reverse();
  return (
    <Page
      title={words.waiting.title}
      intro={words.waiting.intro}
      actions={
        <LinkButton look="primary" icon="plus" to="/waiting-lists/join">
          {words.waiting.join}
        </LinkButton>
      }
    >
      {entries.isPending && <Loading />}
      {entries.isError && <ErrorState error={entries.error} retry={() => void entries.refetch()} />}
      {entries.isSuccess && all.length === 0 && (
        <Empty icon="bell" title={words.waiting.noneTitle}>
          {words.waiting.none}
        </Empty>
      )}
      <ul className="grid gap-4 empty:hidden">
        {[...offered, ...waiting].map(entry => (
          <OpenEntry key={entry.id} entry={entry} />
        ))}
      </ul>
      {over.length > 0 && (
        <section className="grid gap-3">
          <h2 className="text-lg font-semibold">{words.waiting.past}</h2>
          <ul className="grid gap-3">
            {over.map(entry => (
              <li key={entry.id} className="card grid gap-1 p-4 sm:p-5">
                <Head entry={entry} />
                {entry.endedBecause && <p className="text-soft">{words.waiting.ended[entry.endedBecause]}</p>}
                {entry.appointmentId && (
                  <LinkButton small className="mt-2 justify-self-start" to={`/visits/${entry.appointmentId}`}>
                    {words.waiting.seeVisit}
                  </LinkButton>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <MoreButton query={entries} />
    </Page>
  );
}

function useTarget(entry: Entry): string {
  const words = usePatientWords();
  const specialities = useSpecialities();
  const doctor = useRead(
    'viewDoctor',
    { path: { doctorId: entry.doctorId ?? '' } },
    { enabled: Boolean(entry.doctorId), staleTime: 3_600_000 },
  );
  if (entry.doctorId) return doctor.data?.displayName ?? words.waiting.doctor;
  return words.waiting.anyDoctor.replace('{speciality}', specialities.name(entry.speciality ?? ''));
}

function Head({ entry }: { entry: Entry }) {
  const words = usePatientWords();
  const core = useCore();
  const format = useFormats();
  const target = useTarget(entry);
  const zone = readersZone();
  const tones: Record<string, 'good' | 'accent' | 'neutral'> = { offered: 'good', waiting: 'accent' };
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div className="grid gap-0.5">
        <h3 className="text-lg font-semibold">{target}</h3>
        <p className="text-soft">
          {[
            core.kinds[entry.kind],
            entry.mode ? core.modes[entry.mode as 'video' | 'clinic'] : words.find.anyMode,
            entry.language && format.languageName(entry.language),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <p className="text-sm text-soft">
          {words.waiting.window
            .replace('{from}', format.dateTime(entry.from, zone))
            .replace('{to}', format.dateTime(entry.to, zone))}
        </p>
      </div>
      <span className="flex gap-2">
        {entry.priority === 'urgent' && <Badge tone="warn">{words.waiting.urgent}</Badge>}
        <Badge tone={tones[entry.status] ?? 'neutral'}>
          {words.waiting.statuses[entry.status] ?? entry.status}
        </Badge>
      </span>
    </div>
  );
}

function OpenEntry({ entry }: { entry: Entry }) {
  const words = usePatientWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState(false);
  const again = () => void queries.invalidateQueries({ queryKey: ['listWaitlist'] });
  const path = { entryId: entry.id };
  const offer = entry.offer;
  const late = (error: Error) => {
    if (isProblem(error, 'no-offer', 'wait-over')) again();
  };
  const accept = useIntent('acceptOffer', {
    changes: ['listWaitlist', 'listAppointments', 'listAvailableSlots'],
    onSuccess: visit => navigate(`/visits/${visit.id}`),
    onError: late,
  });
  const decline = useIntent('declineOffer', {
    changes: ['listWaitlist', 'listAvailableSlots'],
    onSuccess: () => toast(words.waiting.declined),
    onError: late,
  });
  const leave = useIntent('leaveWaitlist', {
    changes: ['listWaitlist'],
    onSuccess: () => {
      setLeaving(false);
      toast(words.waiting.leftNow);
    },
  });
  const live = offer && Date.parse(offer.until) > now();
  const body = offer ? { doctorId: offer.doctorId, slotId: offer.slotId } : undefined;
  const [before = '', after = ''] = words.waiting.offer.split('{time}');
  const error = accept.error ?? decline.error;
  return (
    <li className={`card grid gap-4 p-5 ${live ? 'border-good' : ''}`}>
      <Head entry={entry} />
      {live && body && (
        <div className="grid gap-3 rounded-[0.625rem] bg-good-soft p-4">
          <p className="text-lg font-semibold">
            <OfferTime offer={offer} />
          </p>
          <p>
            {before}
            <Countdown
              until={offer.until}
              onEnd={() => {
                toast(words.waiting.lapsed, 'info');
                again();
              }}
            />
            {after}
          </p>
          <div className="actions">
            <Button look="primary" busy={accept.isPending} onClick={() => accept.mutate({ path, body })}>
              {words.waiting.accept}
            </Button>
            <Button busy={decline.isPending} onClick={() => decline.mutate({ path, body })}>
              {words.waiting.decline}
            </Button>
          </div>
        </div>
      )}
      {error && <ProblemNote error={error} />}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Since at={entry.joinedAt} />
        <Button small look="quiet" className="max-sm:-ml-3" onClick={() => setLeaving(true)}>
          {words.waiting.leave}
        </Button>
      </div>
      <ConfirmDialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={words.waiting.leaveTitle}
        action={words.waiting.leave}
        danger
        busy={leave.isPending}
        problem={leave.error}
        onConfirm={() => leave.mutate({ path })}
      >
        <p>{words.waiting.leaveText}</p>
      </ConfirmDialog>
    </li>
  );
}

function OfferTime({ offer }: { offer: Schemas['Offer'] }) {
  const doctor = useRead('viewDoctor', { path: { doctorId: offer.doctorId } }, { staleTime: 3_600_000 });
  const core = useCore();
  return (
    <>
      <VisitTime visit={{ ...offer, zone: doctor.data?.zone ?? readersZone() }} /> ·{' '}
      {offer.clinic ?? core.modes.video}
    </>
  );
}

function Since({ at }: { at: string }) {
  const words = usePatientWords();
  const [before = '', after = ''] = words.waiting.since.split('{at}');
  return (
    <p className="text-sm text-soft">
      {before}
      <Instant at={at} />
      {after}
    </p>
  );
}
