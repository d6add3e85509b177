import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../api/client';
import { pagedQuery, useIntent } from '../api/queries';
import { signOut } from '../session/actions';
import { Button } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Section } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Badge, Loaded } from '../ui/states';
import { Instant } from '../ui/When';
import { usePublicWords } from './words';

type Session = Schemas['ListedSession'];

/** Where the person is signed in. A session ends by its button, or all others at once. */
export function Sessions() {
  const words = usePublicWords();
  const list = useInfiniteQuery({
    ...pagedQuery('listSessions', { query: {} }),
    refetchOnWindowFocus: false,
  });
  return (
    <Section title={words.sessions.title}>
      <p className="text-soft">{words.sessions.intro}</p>
      <Loaded query={list}>
        {found => {
          const all = found.pages.flatMap(page => page.sessions);
          const active = all.filter(session => session.state === 'active');
          const over = all.filter(session => session.state !== 'active');
          const others = active.some(session => !session.current) || list.hasNextPage;
          return (
            <>
              {active.length === 0 && <p className="text-soft">{words.sessions.none}</p>}
              <SessionList sessions={active} />
              {others && <EndOthers />}
              {over.length > 0 && (
                <details>
                  <summary className="cursor-pointer py-2 font-medium">{words.sessions.over}</summary>
                  <SessionList sessions={over} />
                </details>
              )}
              <MoreButton query={list} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function SessionList({ sessions }: { sessions: Session[] }) {
  return (
    <ul className="divide-y divide-line">
      {sessions.map(session => (
        <Shown key={session.id} session={session} />
      ))}
    </ul>
  );
}

/** What the device calls itself: a browser and a system have the same names in every language. */
function useDeviceName({ program, system, kind }: Session['device']): string {
  const words = usePublicWords().sessions;
  if (program && system) return words.device.replace('{program}', program).replace('{system}', system);
  return program ?? system ?? words.kinds[kind] ?? words.kinds.other ?? '';
}

function Shown({ session }: { session: Session }) {
  const words = usePublicWords().sessions;
  const name = useDeviceName(session.device);
  const { otherDevice, otherNetwork } = session.signs;
  const active = session.state === 'active';
  return (
    <li className="grid gap-2 py-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="font-medium">{name}</h3>
        {session.current && <Badge tone="good">{words.current}</Badge>}
        {session.state === 'idle' && <Badge tone="neutral">{words.idle}</Badge>}
        {session.state === 'ended' && <Badge tone="neutral">{words.ended}</Badge>}
        {active && session.newDevice && <Badge tone="neutral">{words.newDevice}</Badge>}
      </div>
      {otherDevice && <p className="font-medium text-warn">{words.otherDevice}</p>}
      {otherNetwork && <p className="font-medium text-warn">{words.otherNetwork}</p>}
      <dl className="grid gap-x-4 gap-y-1 text-soft sm:grid-cols-[max-content_1fr]">
        <dt>{words.since}</dt>
        <dd>
          <Instant at={session.firstSeenAt} />
        </dd>
        <dt>{words.lastSeen}</dt>
        <dd>
          <Instant at={session.lastSeenAt} />
        </dd>
        {session.address && (
          <>
            <dt>{words.address}</dt>
            <dd className="break-all">{session.address}</dd>
          </>
        )}
        {active && (
          <>
            <dt>{words.endsAt}</dt>
            <dd>
              <Instant at={session.endsAt} />
            </dd>
          </>
        )}
      </dl>
      {active &&
        (session.current ? (
          <Button className="justify-self-start" onClick={() => void signOut()}>
            {words.signOut}
          </Button>
        ) : (
          <EndOne session={session} name={name} />
        ))}
    </li>
  );
}

function EndOne({ session, name }: { session: Session; name: string }) {
  const words = usePublicWords().sessions;
  const [asking, setAsking] = useState(false);
  const end = useIntent('endSession', {
    changes: ['listSessions'],
    onSuccess: () => {
      setAsking(false);
      toast(words.endedOne);
    },
  });
  return (
    <>
      <Button
        className="justify-self-start"
        aria-label={words.endNamed.replace('{name}', name)}
        onClick={() => setAsking(true)}
      >
        {words.end}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.endTitle}
        action={words.end}
        busy={end.isPending}
        problem={end.error}
        danger
        onConfirm={() => end.mutate({ path: { sessionId: session.id } })}
      >
        <p className="font-medium">{name}</p>
        <p>{words.endText}</p>
      </ConfirmDialog>
    </>
  );
}

function EndOthers() {
  const words = usePublicWords().sessions;
  const [asking, setAsking] = useState(false);
  const end = useIntent('endOtherSessions', {
    changes: ['listSessions'],
    onSuccess: () => {
      setAsking(false);
      toast(words.endedOthers);
    },
  });
  return (
    <>
      <Button
        look="quiet"
        className="justify-self-start text-danger hover:bg-danger-soft"
        onClick={() => setAsking(true)}
      >
        {words.endOthers}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.endOthersTitle}
        action={words.endOthers}
        busy={end.isPending}
        problem={end.error}
        danger
        onConfirm={() => end.mutate({})}
      >
        <p>{words.endOthersText}</p>
      </ConfirmDialog>
    </>
  );
}
