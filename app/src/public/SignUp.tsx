import { useRef, useState } from 'react';
import { useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { signIn } from '../session/actions';
import { Button } from '../ui/Button';
import { Form, TextField } from '../ui/Field';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { ProblemNote } from '../ui/Problem';
import { Empty } from '../ui/states';
import { usePublicWords } from './words';

type Step = { at: 'account' } | { at: 'code'; email?: string } | { at: 'done' };

export function Component() {
  const words = usePublicWords();
  const core = useCore();
  const [step, setStep] = useState<Step>({ at: 'account' });
  const register = useIntent('register', {
    onSuccess: (_, { body }) => setStep({ at: 'code', email: body.email }),
  });
  const confirm = useIntent('confirmRegistration', { onSuccess: () => setStep({ at: 'done' }) });
  const resend = useIntent('resendConfirmation', { onSuccess: () => toast(words.signUp.resent) });
  const fields = useRef<HTMLDivElement>(null);
  if (step.at === 'done')
    return (
      <Page title={words.signUp.doneTitle} narrow key="done">
        <Empty
          icon="check"
          action={
            <Button look="primary" onClick={() => void signIn({ returnTo: '/' })}>
              {core.signIn}
            </Button>
          }
        >
          {words.signUp.done}
        </Empty>
      </Page>
    );
  if (step.at === 'code')
    return (
      <Page
        key="code"
        title={words.signUp.codeTitle}
        intro={step.email && words.signUp.codeIntro.replace('{email}', step.email)}
        narrow
      >
        <Form
          className="card grid gap-5 p-5 sm:p-6"
          problem={confirm.error}
          onSubmit={data =>
            confirm.mutate({
              body: { email: step.email ?? String(data.get('email')), code: String(data.get('code')).trim() },
            })
          }
        >
          <div ref={fields} className="contents">
            {!step.email && (
              <TextField label={words.signUp.email} name="email" type="email" autoComplete="email" required />
            )}
          </div>
          <TextField
            label={words.signUp.code}
            hint={words.signUp.codeHint}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            autoFocus
          />
          <div className="actions">
            <Button type="submit" look="primary" busy={confirm.isPending}>
              {words.signUp.confirm}
            </Button>
            <Button
              look="quiet"
              busy={resend.isPending}
              onClick={() => {
                const field = fields.current?.querySelector('input');
                // The browser says in its own words that an address is missing, and moves the focus there.
                if (field && !field.reportValidity()) return;
                resend.mutate({ body: { email: step.email ?? field?.value.trim() ?? '' } });
              }}
            >
              {words.signUp.resend}
            </Button>
            <Button look="quiet" onClick={() => setStep({ at: 'account' })}>
              {words.signUp.another}
            </Button>
          </div>
          {resend.error && <ProblemNote error={resend.error} />}
        </Form>
      </Page>
    );
  return (
    <Page title={words.signUp.title} intro={words.signUp.intro} narrow>
      <Form
        className="card grid gap-5 p-5 sm:p-6"
        problem={register.error}
        onSubmit={data =>
          register.mutate({
            body: {
              name: String(data.get('name')),
              email: String(data.get('email')).trim(),
              password: String(data.get('password')),
            },
          })
        }
      >
        <TextField
          label={words.signUp.name}
          hint={words.signUp.nameHint}
          name="name"
          autoComplete="name"
          required
          maxLength={100}
        />
        <TextField label={words.signUp.email} name="email" type="email" autoComplete="username" required />
        <TextField
          label={words.signUp.password}
          hint={words.signUp.passwordHint}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={256}
        />
        <div className="actions">
          <Button type="submit" look="primary" busy={register.isPending}>
            {words.signUp.submit}
          </Button>
          <Button look="quiet" onClick={() => void signIn({ returnTo: '/' })}>
            {words.signUp.have}
          </Button>
          <Button look="quiet" onClick={() => setStep({ at: 'code' })}>
            {words.signUp.haveCode}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
