import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '../api/client';
import { query, useIntent } from '../api/queries';
import { useFormats } from '../i18n/format';
import { signOut } from '../session/actions';
import { Button } from '../ui/Button';
import { Form, TextField } from '../ui/Field';
import { Section } from '../ui/Page';
import { Badge, Loaded, Loading } from '../ui/states';
import { RecoveryCodes } from './RecoveryCodes';
import { usePublicWords } from './words';

const QrCode = lazy(() => import('../ui/QrCode'));

/** The authenticator app: enrolled, replaced or removed, each with the password and a code of the present app. */
export function SecondFactor({ onEnrolled }: { onEnrolled: (codes: string[]) => void }) {
  const words = usePublicWords();
  const factor = useQuery({ ...query('viewAuthenticator', {}), refetchOnWindowFocus: false });
  return (
    <Section title={words.factor.title}>
      <Loaded query={factor}>{found => <Factor factor={found} onEnrolled={onEnrolled} />}</Loaded>
    </Section>
  );
}

type Task = 'enrol' | 'renew' | 'remove';

function Factor({
  factor,
  onEnrolled,
}: {
  factor: Schemas['Authenticator'];
  onEnrolled: (codes: string[]) => void;
}) {
  const words = usePublicWords();
  const format = useFormats();
  const [task, setTask] = useState<Task>();
  const [codes, setCodes] = useState<string[]>();
  if (codes)
    return (
      <RecoveryCodes
        codes={codes}
        done={words.codes.kept}
        onDone={() => {
          setCodes(undefined);
          setTask(undefined);
        }}
      />
    );
  const { enrolled, required, recoveryCodesLeft } = factor;
  const [one = '', other = ''] = words.factor.left.split('|');
  return (
    <>
      <p className="flex flex-wrap items-center gap-3">
        <Badge tone={enrolled ? 'good' : 'neutral'}>{enrolled ? words.factor.on : words.factor.off}</Badge>
        {enrolled && (
          <span className={recoveryCodesLeft < 3 ? 'font-medium text-warn' : 'text-soft'}>
            {format.plural(recoveryCodesLeft, one, other)}
          </span>
        )}
      </p>
      <p className="text-soft">{required ? words.factor.required : words.factor.intro}</p>
      {task === 'enrol' && (
        <Enrol replaces={enrolled} onEnrolled={onEnrolled} onCancel={() => setTask(undefined)} />
      )}
      {task === 'renew' && <Renew onRenewed={setCodes} onCancel={() => setTask(undefined)} />}
      {task === 'remove' && <Remove onCancel={() => setTask(undefined)} />}
      {!task && (
        <div className="flex flex-wrap gap-3">
          <Button look={enrolled ? 'secondary' : 'primary'} onClick={() => setTask('enrol')}>
            {enrolled ? words.factor.replace : words.factor.enrol}
          </Button>
          {enrolled && <Button onClick={() => setTask('renew')}>{words.factor.renew}</Button>}
          {enrolled && !required && <Button onClick={() => setTask('remove')}>{words.factor.remove}</Button>}
        </div>
      )}
    </>
  );
}

function passwordIn(data: FormData): string {
  return String(data.get('password'));
}

function codeIn(data: FormData, name = 'code'): string {
  return String(data.get(name)).trim();
}

/** First the proof, then the secret and a code that the new app made of it. The password stays in memory until then. */
function Enrol({
  replaces,
  onEnrolled,
  onCancel,
}: {
  replaces: boolean;
  onEnrolled: (codes: string[]) => void;
  onCancel: () => void;
}) {
  const words = usePublicWords();
  const [password, setPassword] = useState('');
  const begin = useIntent('beginAuthenticator', { onSuccess: (_, { body }) => setPassword(body.password) });
  const confirm = useIntent('confirmAuthenticator', {
    onSuccess: ({ recoveryCodes }) => onEnrolled(recoveryCodes),
  });
  if (!begin.data)
    return (
      <Form
        className="grid gap-5"
        problem={begin.error}
        onSubmit={data =>
          begin.mutate({
            body: { password: passwordIn(data), ...(replaces && { code: codeIn(data) }) },
          })
        }
      >
        <Proof withCode={replaces} />
        <Buttons submit={words.factor.next} busy={begin.isPending} onCancel={onCancel} />
      </Form>
    );
  const { secret, uri } = begin.data;
  return (
    <Form
      className="grid gap-5"
      problem={confirm.error}
      onSubmit={data =>
        confirm.mutate({
          body: {
            password,
            code: codeIn(data),
            ...(replaces && { presentCode: codeIn(data, 'presentCode') }),
          },
        })
      }
    >
      <p>{words.factor.scan}</p>
      <Suspense fallback={<Loading rows={1} />}>
        <QrCode text={uri} label={words.factor.qr} />
      </Suspense>
      <p>
        {words.factor.type} <code className="font-mono break-all">{secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <TextField
        label={words.factor.newCode}
        hint={words.factor.codeHint}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      {replaces && (
        <TextField
          label={words.factor.nextCode}
          hint={words.factor.nextCodeHint}
          name="presentCode"
          inputMode="numeric"
          autoComplete="off"
          required
        />
      )}
      <Buttons submit={words.factor.confirm} busy={confirm.isPending} onCancel={onCancel} />
    </Form>
  );
}

function Renew({ onRenewed, onCancel }: { onRenewed: (codes: string[]) => void; onCancel: () => void }) {
  const words = usePublicWords();
  const renew = useIntent('renewRecoveryCodes', {
    changes: ['viewAuthenticator'],
    onSuccess: ({ recoveryCodes }) => onRenewed(recoveryCodes),
  });
  return (
    <Form
      className="grid gap-5"
      problem={renew.error}
      onSubmit={data => renew.mutate({ body: { password: passwordIn(data), code: codeIn(data) } })}
    >
      <p>{words.factor.renewIntro}</p>
      <Proof withCode />
      <Buttons submit={words.factor.renew} busy={renew.isPending} onCancel={onCancel} />
    </Form>
  );
}

function Remove({ onCancel }: { onCancel: () => void }) {
  const words = usePublicWords();
  const remove = useIntent('removeAuthenticator', { onSuccess: () => signOut() });
  return (
    <Form
      className="grid gap-5"
      problem={remove.error}
      onSubmit={data => remove.mutate({ body: { password: passwordIn(data), code: codeIn(data) } })}
    >
      <p>{words.factor.removeIntro}</p>
      <Proof withCode />
      <Buttons submit={words.factor.remove} busy={remove.isPending} onCancel={onCancel} />
    </Form>
  );
}

function Proof({ withCode }: { withCode: boolean }) {
  const words = usePublicWords();
  return (
    <>
      <TextField
        label={words.password.current}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      {withCode && (
        <TextField
          label={words.factor.code}
          hint={words.factor.codeHint}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
        />
      )}
    </>
  );
}

function Buttons({ submit, busy, onCancel }: { submit: string; busy: boolean; onCancel: () => void }) {
  const words = usePublicWords();
  return (
    <div className="flex flex-wrap gap-3">
      <Button type="submit" look="primary" busy={busy}>
        {submit}
      </Button>
      <Button look="quiet" onClick={onCancel}>
        {words.factor.cancel}
      </Button>
    </div>
  );
}
