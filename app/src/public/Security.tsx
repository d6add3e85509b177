import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../api/client';
import { query, useIntent } from '../api/queries';
import { signOut } from '../session/actions';
import { Button } from '../ui/Button';
import { Form, TextField } from '../ui/Field';
import { Page, Section } from '../ui/Page';
import { save } from '../ui/save';
import { Loaded } from '../ui/states';
import { usePublicWords } from './words';

const read = query('viewAuthenticator', {});

export function Component() {
  const words = usePublicWords();
  const factor = useQuery(read);
  return (
    <Page title={words.security.title} intro={words.security.intro} narrow>
      <Loaded query={factor}>{found => <Factor factor={found} />}</Loaded>
    </Page>
  );
}

/** The codes are kept by this page alone: a reload loses them. */
type Shown = { codes: string[]; ended: boolean };

function Factor({ factor }: { factor: Schemas['Authenticator'] }) {
  const words = usePublicWords();
  const [shown, setShown] = useState<Shown>();
  if (shown) return <Codes {...shown} />;
  return (
    <>
      <Section title={words.security.state}>
        <p>{factor.enrolled ? words.security.on(factor.recoveryCodesLeft) : words.security.off}</p>
        {factor.required && !factor.enrolled && <p role="note">{words.security.required}</p>}
      </Section>
      <Enrol enrolled={factor.enrolled} done={codes => setShown({ codes, ended: true })} />
      {factor.enrolled && <Renew done={codes => setShown({ codes, ended: false })} />}
      {factor.enrolled && !factor.required && <Remove />}
    </>
  );
}

function Password() {
  const words = usePublicWords();
  return (
    <TextField
      label={words.security.password}
      name="password"
      type="password"
      autoComplete="current-password"
      required
    />
  );
}

function Code({ name = 'code', label }: { name?: string; label: string }) {
  return <TextField label={label} name={name} inputMode="numeric" autoComplete="one-time-code" required />;
}

/** First the password makes a secret, then a code of the new app confirms it. */
function Enrol({ enrolled, done }: { enrolled: boolean; done: (codes: string[]) => void }) {
  const words = usePublicWords();
  const [password, setPassword] = useState('');
  const begin = useIntent('beginAuthenticator');
  const confirm = useIntent('confirmAuthenticator', {
    onSuccess: ({ recoveryCodes }) => done(recoveryCodes),
  });
  const secret = begin.data;
  return (
    <Section title={enrolled ? words.security.replace : words.security.add}>
      {secret ? (
        <Form
          key="confirm"
          className="grid gap-5"
          problem={confirm.error}
          onSubmit={data => {
            const presentCode = enrolled ? { presentCode: String(data.get('presentCode')) } : {};
            confirm.mutate({ body: { password, code: String(data.get('code')), ...presentCode } });
          }}
        >
          <p>{words.security.scan}</p>
          <p>
            <a href={secret.uri}>{words.security.open}</a>
          </p>
          <p>
            {words.security.secret} <code className="break-all">{secret.secret}</code>
          </p>
          <Code label={words.security.newCode} />
          {enrolled && <Code name="presentCode" label={words.security.nextCode} />}
          <Button type="submit" look="primary" busy={confirm.isPending} className="sm:justify-self-start">
            {words.security.confirm}
          </Button>
        </Form>
      ) : (
        <Form
          key="begin"
          className="grid gap-5"
          problem={begin.error}
          onSubmit={data => {
            setPassword(String(data.get('password')));
            const code = enrolled ? { code: String(data.get('code')) } : {};
            begin.mutate({ body: { password: String(data.get('password')), ...code } });
          }}
        >
          <Password />
          {enrolled && <Code label={words.security.presentCode} />}
          <Button type="submit" busy={begin.isPending} className="sm:justify-self-start">
            {words.security.begin}
          </Button>
        </Form>
      )}
    </Section>
  );
}

function Renew({ done }: { done: (codes: string[]) => void }) {
  const words = usePublicWords();
  const renew = useIntent('renewRecoveryCodes', {
    changes: ['viewAuthenticator'],
    onSuccess: ({ recoveryCodes }) => done(recoveryCodes),
  });
  return (
    <Section title={words.security.renew}>
      <Form
        className="grid gap-5"
        problem={renew.error}
        onSubmit={data =>
          renew.mutate({ body: { password: String(data.get('password')), code: String(data.get('code')) } })
        }
      >
        <Password />
        <Code label={words.security.presentCode} />
        <Button type="submit" busy={renew.isPending} className="sm:justify-self-start">
          {words.security.renewSubmit}
        </Button>
      </Form>
    </Section>
  );
}

function Remove() {
  const words = usePublicWords();
  const remove = useIntent('removeAuthenticator', { onSuccess: () => signOut() });
  return (
    <Section title={words.security.remove}>
      <Form
        className="grid gap-5"
        problem={remove.error}
        onSubmit={data =>
          remove.mutate({ body: { password: String(data.get('password')), code: String(data.get('code')) } })
        }
      >
        <Password />
        <Code label={words.security.presentCode} />
        <Button type="submit" busy={remove.isPending} className="sm:justify-self-start">
          {words.security.removeSubmit}
        </Button>
      </Form>
    </Section>
  );
}

function Codes({ codes, ended }: Shown) {
  const words = usePublicWords();
  const text = `${codes.join('\n')}\n`;
  return (
    <Section title={words.security.codes}>
      <p>{words.security.codesIntro}</p>
      <ol className="grid gap-2 sm:grid-cols-2">
        {codes.map(code => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-3">
        <Button onClick={() => void navigator.clipboard.writeText(text)}>{words.security.copy}</Button>
        <Button onClick={() => save(new Blob([text], { type: 'text/plain' }), 'vaidya-recovery-codes.txt')}>
          {words.security.download}
        </Button>
        {ended && (
          <Button look="primary" onClick={() => void signOut()}>
            {words.security.signIn}
          </Button>
        )}
      </div>
    </Section>
  );
}
