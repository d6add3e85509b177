import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { useCore } from '../i18n';
import { Button } from '../ui/Button';
import { Page } from '../ui/Page';
import { Empty, Loading } from '../ui/states';
import { signIn } from './actions';
import { finishLogin } from './login';
import { open } from './session';

/** One exchange per address, also when React mounts twice: a code can be used once. */
let exchange: Promise<{ returnTo: string; beside: boolean }> | undefined;

function finish() {
  const address = new URL(location.href);
  // The code leaves the address and the history before anything else happens.
  history.replaceState(history.state, '', '/signed-in');
  exchange ??= finishLogin(address).then(async ({ refreshToken, ...rest }) => {
    await open(refreshToken);
    return rest;
  });
  return exchange;
}

/** Where the hosted log-in returns to. */
export function Component() {
  const words = useCore();
  const navigate = useNavigate();
  const [state, setState] = useState<'busy' | 'failed' | 'beside'>('busy');
  useEffect(() => {
    finish().then(
      ({ returnTo, beside }) => {
        if (!beside) return navigate(returnTo, { replace: true });
        setState('beside');
        window.close();
      },
      () => setState('failed'),
    );
  }, [navigate]);
  if (state === 'failed')
    return (
      <Page title={words.session.failedTitle} narrow>
        <p>{words.session.failed}</p>
        <Button look="primary" className="justify-self-start" onClick={() => void signIn({ returnTo: '/' })}>
          {words.session.again}
        </Button>
      </Page>
    );
  if (state === 'beside')
    return (
      <Page title={words.session.doneTitle} narrow>
        <Empty icon="check" title={words.session.doneTitle}>
          {words.session.done}
        </Empty>
      </Page>
    );
  return (
    <Page title={words.session.signingIn} narrow>
      <Loading rows={2} />
    </Page>
  );
}
