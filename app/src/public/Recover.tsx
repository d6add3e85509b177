import { useState } from 'react';
import { useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { signIn } from '../session/actions';
import { Button } from '../ui/Button';
import { Form, TextField } from '../ui/Field';
import { Page } from '../ui/Page';
import { Empty } from '../ui/states';
import { usePublicWords } from './words';

/** The way back into an account whose authenticator app is lost. */
export function Component() {
  const words = usePublicWords();
  const core = useCore();
  const [done, setDone] = useState(false);
  const recover = useIntent('recoverAccount', { onSuccess: () => setDone(true) });
  if (done)
    return (
      <Page title={words.recover.doneTitle} narrow key="done">
        <Empty
          icon="check"
          action={
            <Button look="primary" onClick={() => void signIn({ returnTo: '/security' })}>
              {core.signIn}
            </Button>
          }
        >
          {words.recover.done}
        </Empty>
      </Page>
    );
  return (
    <Page title={words.recover.title} intro={words.recover.intro} narrow>
      <Form
        className="card grid gap-5 p-5 sm:p-6"
        problem={recover.error}
        onSubmit={data =>
          recover.mutate({
            body: {
              email: String(data.get('email')).trim(),
              password: String(data.get('password')),
              recoveryCode: String(data.get('recoveryCode')).trim(),
            },
          })
        }
      >
        <TextField label={words.signUp.email} name="email" type="email" autoComplete="username" required />
        <TextField
          label={words.signUp.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <TextField
          label={words.recover.code}
          hint={words.recover.codeHint}
          name="recoveryCode"
          autoComplete="off"
          required
        />
        <Button type="submit" look="primary" busy={recover.isPending} className="sm:justify-self-start">
          {words.recover.submit}
        </Button>
      </Form>
    </Page>
  );
}
