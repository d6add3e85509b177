import { Navigate } from 'react-router';
import { useCore } from '../i18n';
import { signIn } from '../session/actions';
import type { Role } from '../session/token';
import { useSession } from '../session/useSession';
import { Button, LinkButton } from '../ui/Button';
import { Icon, type IconName } from '../ui/icons';
import { Page } from '../ui/Page';
import { Loading } from '../ui/states';
import { usePublicWords } from './words';

/** Where the work of each role begins. A doctor who is an administrator too begins with patients who wait. */
const BEGINS: [Role, string][] = [
  ['doctor', '/doctor/day'],
  ['patient', '/visits'],
  ['admin', '/admin/doctors'],
];

const ICONS: IconName[] = ['clock', 'money', 'shield'];

export function Component() {
  const session = useSession();
  const words = usePublicWords();
  const core = useCore();
  if (session.kind === 'starting')
    return (
      <Page title={core.loading}>
        <Loading />
      </Page>
    );
  if (session.kind !== 'out') {
    const begin = BEGINS.find(([role]) => session.token.roles.includes(role));
    return <Navigate to={begin?.[1] ?? '/profile'} replace />;
  }
  return (
    <Page
      title={words.home.title}
      heading={<span className="block max-w-3xl">{words.home.heading}</span>}
      intro={<p className="text-lg">{words.home.intro}</p>}
    >
      <div className="actions">
        <Button look="primary" onClick={() => void signIn({ returnTo: '/' })}>
          {core.signIn}
        </Button>
        <LinkButton to="/sign-up">{core.signUp}</LinkButton>
        <LinkButton look="quiet" to="/recover">
          {words.recover.title}
        </LinkButton>
      </div>
      <ul className="grid gap-4 pt-4 md:grid-cols-3">
        {words.home.points.map((point, index) => (
          <li key={point.title} className="card grid content-start gap-3 p-6">
            <span className="grid size-12 place-items-center rounded-xl bg-accent-soft text-accent">
              <Icon name={ICONS[index] ?? 'check'} className="size-6" />
            </span>
            <h2 className="text-lg font-semibold">{point.title}</h2>
            <p className="text-soft">{point.text}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
