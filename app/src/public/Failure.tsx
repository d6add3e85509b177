import { isRouteErrorResponse, useRouteError } from 'react-router';
import { useCore } from '../i18n';
import { Button, LinkButton } from '../ui/Button';
import { Page } from '../ui/Page';
import { Empty } from '../ui/states';

/** A page that does not exist, that broke, or whose files went away with an update. Nothing about it leaves the browser. */
export function Failure() {
  const error = useRouteError();
  const words = useCore();
  const missing = isRouteErrorResponse(error) && error.status === 404;
  const updated = error instanceof TypeError && /import|module/i.test(error.message);
  if (missing) return <NotFound />;
  const title = updated ? words.states.updateTitle : words.states.brokenTitle;
  return (
    <Page title={title} narrow>
      <Empty
        icon={updated ? 'repeat' : 'alert'}
        action={
          <Button look="primary" onClick={() => location.reload()}>
            {words.reload}
          </Button>
        }
      >
        {updated ? words.states.update : words.states.broken}
      </Empty>
    </Page>
  );
}

/** Any other address. */
export function NotFound() {
  const words = useCore();
  return (
    <Page title={words.states.notFoundTitle} narrow>
      <Empty icon="search" action={<LinkButton to="/">{words.back}</LinkButton>}>
        {words.states.notFound}
      </Empty>
    </Page>
  );
}
