import { useState } from 'react';
import { Guard } from '../session/Guard';
import { leave } from '../session/session';
import { Page } from '../ui/Page';
import { ChangePassword } from './ChangePassword';
import { RecoveryCodes } from './RecoveryCodes';
import { SecondFactor } from './SecondFactor';
import { usePublicWords } from './words';

/** How the person signs in. A new authenticator app ends every session, so its recovery codes are shown outside of the guard. */
export function Component() {
  const words = usePublicWords();
  const [enrolled, setEnrolled] = useState<{ codes: string[]; next: Promise<string | undefined> }>();
  if (enrolled)
    return (
      <Page title={words.codes.title} narrow>
        <RecoveryCodes
          codes={enrolled.codes}
          done={words.codes.signIn}
          onDone={async () => location.assign((await enrolled.next) ?? '/signed-out')}
        />
      </Page>
    );
  return (
    <Guard>
      <Page title={words.security.title} intro={words.security.intro} narrow>
        <SecondFactor onEnrolled={codes => setEnrolled({ codes, next: leave() })} />
        <ChangePassword />
      </Page>
    </Guard>
  );
}
