import { useIntent } from '../api/queries';
import { signOut } from '../session/actions';
import { Button } from '../ui/Button';
import { Form, TextField } from '../ui/Field';
import { Section } from '../ui/Page';
import { usePublicWords } from './words';

/** A change ends every session, this one too, so the person signs in again with the new password. */
export function ChangePassword() {
  const words = usePublicWords();
  const change = useIntent('changePassword', { onSuccess: () => signOut() });
  return (
    <Section title={words.password.title}>
      <p className="text-soft">{words.password.intro}</p>
      <Form
        className="grid gap-5"
        problem={change.error}
        onSubmit={data =>
          change.mutate({ body: { current: String(data.get('current')), new: String(data.get('new')) } })
        }
      >
        <TextField
          label={words.password.current}
          name="current"
          type="password"
          autoComplete="current-password"
          required
        />
        <TextField
          label={words.password.new}
          hint={words.signUp.passwordHint}
          name="new"
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={256}
        />
        <Button type="submit" busy={change.isPending} className="sm:justify-self-start">
          {words.password.submit}
        </Button>
      </Form>
    </Section>
  );
}
