import { useState } from 'react';
import { useCore } from '../i18n';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { loginAddress } from './login';
import { decline } from './session';
import { useSession } from './useSession';

/**
 * The session has ended, or the API wants a fresh log-in. The log-in opens in a tab of its own; when it is done, the token
 * comes over, the dialog closes and the request goes on. What was typed stays.
 */
export function Interrupted() {
  const session = useSession();
  const words = useCore();
  const [opening, setOpening] = useState(false);
  if (session.kind !== 'interrupted') return null;
  const stepUp = session.stepUp;
  const open = async () => {
    setOpening(true);
    // Opened at once, since a browser lets only a click open a tab.
    const tab = window.open('about:blank', '_blank');
    try {
      const address = await loginAddress({ stepUp: stepUp ?? undefined, beside: true, returnTo: '/' });
      if (tab) tab.location.href = address;
      else location.assign(address);
    } finally {
      setOpening(false);
    }
  };
  return (
    <Dialog open onClose={decline} title={stepUp ? words.session.stepUpTitle : words.session.endedTitle}>
      <p>{stepUp ? words.session.stepUp : words.session.ended}</p>
      {stepUp?.acr && (
        <p>
          <a href="/security">{words.session.enrol}</a>
        </p>
      )}
      <div className="actions justify-end pt-2 max-sm:justify-stretch">
        <Button onClick={decline}>{words.session.notNow}</Button>
        <Button look="primary" busy={opening} onClick={() => void open()}>
          {stepUp ? words.session.confirm : words.session.again}
        </Button>
      </div>
    </Dialog>
  );
}
