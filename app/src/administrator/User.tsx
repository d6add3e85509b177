import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import type { Schemas, Tagged } from '../api/client';
import { isProblem } from '../api/problems';
import { taggedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { useUser } from '../session/useSession';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Checkbox, Form } from '../ui/Field';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { ProblemNote } from '../ui/Problem';
import { Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { Instant } from '../ui/When';
import { Id } from './Id';
import { AccountStatus } from './Users';
import { useAdministratorWords } from './words';

type User = Schemas['User'];

/** The roles that an administrator gives and takes. */
const STAFF = ['admin', 'lab'] as const;

export function Component() {
  const { userId = '' } = useParams();
  const words = useAdministratorWords();
  const user = useQuery({
    ...taggedQuery('viewUser', { path: { userId } }),
    refetchOnWindowFocus: false,
  });
  return (
    <Page title={words.user.title} backTo="/admin/users" backLabel={words.users.title} narrow>
      <Loaded query={user}>{found => <Shown read={found} />}</Loaded>
    </Page>
  );
}

function Shown({ read }: { read: Tagged<User> }) {
  const words = useAdministratorWords();
  const format = useFormats();
  const own = useUser().id === read.data.id;
  const user = read.data;
  return (
    <>
      <Section title={words.user.account} actions={<AccountStatus status={user.status} />}>
        <Facts
          items={[
            [words.users.name, user.name],
            [words.users.email, user.email],
            [words.user.verified, user.emailVerified ? words.user.yes : words.user.no],
            [words.users.role, format.list(user.roles.map(name => words.users.roles[name] ?? name)) || '–'],
            [words.users.since, <Instant key="since" at={user.createdAt} />],
            [words.id, <Id key="id" of={user.id} />],
          ]}
        />
        {!own && <Access user={user} />}
      </Section>
      <Roles key={read.etag} read={read} />
    </>
  );
}

/** Disables the account, or enables it again. */
function Access({ user }: { user: User }) {
  const words = useAdministratorWords();
  const core = useCore();
  const [asking, setAsking] = useState(false);
  const path = { userId: user.id };
  const done = (text: string) => {
    setAsking(false);
    toast(text);
  };
  const disable = useIntent('disableUser', {
    changes: ['viewUser', 'listUsers'],
    onSuccess: () => done(words.user.disabled),
  });
  const enable = useIntent('enableUser', {
    changes: ['viewUser', 'listUsers'],
    onSuccess: () => done(words.user.enabled),
  });
  if (user.status === 'disabled')
    return (
      <div className="grid gap-3">
        <p>{words.user.disabledText}</p>
        {enable.error && <ProblemNote error={enable.error} />}
        <Button
          className="justify-self-start"
          busy={enable.isPending}
          onClick={() => enable.mutate({ path })}
        >
          {words.user.enable}
        </Button>
      </div>
    );
  return (
    <>
      <Button
        look="quiet"
        className="justify-self-start text-danger hover:bg-danger-soft"
        onClick={() => setAsking(true)}
      >
        {words.user.disable}
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title={words.user.disableTitle}>
        <p className="font-medium">{user.name ?? user.email}</p>
        <p>{words.user.disableText}</p>
        {disable.error && <ProblemNote error={disable.error} />}
        <div className="actions justify-end max-sm:justify-stretch">
          <Button onClick={() => setAsking(false)}>{core.back}</Button>
          <Button look="danger" busy={disable.isPending} onClick={() => disable.mutate({ path })}>
            {words.user.disableAction}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** The roles of the staff. Another version is shown at once, so that the change is made again on what is there. */
function Roles({ read }: { read: Tagged<User> }) {
  const words = useAdministratorWords();
  const queries = useQueryClient();
  const change = useIntent('changeRoles', {
    changes: ['viewUser', 'listUsers'],
    onSuccess: () => toast(words.user.rolesSaved),
    onError: error => {
      if (!isProblem(error, 'version-mismatch')) return;
      toast(words.user.changedMeanwhile, 'info');
      void queries.invalidateQueries({ queryKey: ['viewUser'] });
    },
  });
  return (
    <Section title={words.user.roles}>
      <p className="text-soft">{words.user.rolesText}</p>
      <Form
        problem={change.error}
        onSubmit={data =>
          change.mutate({
            path: { userId: read.data.id },
            ifMatch: read.etag,
            body: { roles: STAFF.filter(role => data.get(role) !== null) },
          })
        }
      >
        {STAFF.map(role => (
          <Checkbox
            key={role}
            label={words.users.roles[role] ?? role}
            hint={words.user.roleHints[role]}
            name={role}
            defaultChecked={read.data.roles.includes(role)}
          />
        ))}
        <Button type="submit" busy={change.isPending} className="justify-self-start">
          {words.user.saveRoles}
        </Button>
      </Form>
    </Section>
  );
}
