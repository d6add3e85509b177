import { useCore } from '../i18n';
import { Button } from '../ui/Button';
import { Page } from '../ui/Page';
import { Empty } from '../ui/states';
import { signIn } from './actions';

export function Component() {
  const words = useCore();
  return (
    <Page title={words.session.signedOutTitle} narrow>
      <Empty
        icon="shield"
        action={
          <Button look="primary" onClick={() => void signIn({ returnTo: '/' })}>
            {words.session.again}
          </Button>
        }
      >
        {words.session.signedOut}
      </Empty>
    </Page>
  );
}
