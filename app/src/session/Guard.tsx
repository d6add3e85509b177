import type { ReactNode } from 'react';
import { Outlet, useLocation } from 'react-router';
import { useCore } from '../i18n';
import { Button, LinkButton } from '../ui/Button';
import { Page } from '../ui/Page';
import { Empty, Loading } from '../ui/states';
import { signIn } from './actions';
import type { Role } from './token';
import { useSession } from './useSession';

/** The pages of a role, or of every signed-in person. The API decides what they may see; the guard spares them refusals. */
export function Guard({ only, children }: { only?: Role; children?: ReactNode }) {
  const session = useSession();
  const words = useCore();
  const { pathname } = useLocation();
  if (session.kind === 'starting')
    return (
      <Page title={words.loading} narrow>
        <Loading />
      </Page>
    );
  if (session.kind === 'out') {
    const ended = session.because === 'ended';
    return (
      <Page title={words.signIn} narrow>
        <Empty
          icon="user"
          title={ended ? words.session.endedTitle : words.problems.unauthenticated}
          action={
            <div className="flex flex-wrap justify-center gap-3">
              <Button look="primary" onClick={() => void signIn({ returnTo: pathname })}>
                {words.signIn}
              </Button>
              <LinkButton to="/sign-up">{words.signUp}</LinkButton>
            </div>
          }
        />
      </Page>
    );
  }
  if (only && !session.token.roles.includes(only))
    return (
      <Page title={words.states.forbiddenTitle} narrow>
        <Empty icon="shield" action={<LinkButton to="/">{words.back}</LinkButton>} />
      </Page>
    );
  return children ?? <Outlet />;
}
