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
        <Empty
          icon="alert"
          action={
            <Button look="primary" onClick={() => void signIn({ returnTo: '/' })}>
              {words.session.again}
            </Button>
          }
        >
          {words.session.failed}
        </Empty>
      </Page>
    );
  if (state === 'beside')
    return (
      <Page title={words.session.doneTitle} narrow>
        <Empty icon="check">{words.session.done}</Empty>
      </Page>
    );
  return (
    <Page title={words.session.signingIn} narrow>
      <Loading rows={2} />
    </Page>
  );
}
