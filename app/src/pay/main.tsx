import '../app.css';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { core } from '../i18n';
import { currentLanguage } from '../i18n/language';
import { patient } from '../patient/words';
import { started } from '../session/session';
import { Pay } from './Pay';

/**
 * The payment's own document, `/pay/{appointmentId}`: the only one whose policy lets the checkout's code run. It has no other
 * page of the app, and so nothing else of the person.
 */
const root = document.getElementById('root');
const language = currentLanguage();
await Promise.all([core.load(language), patient.load(language), started]);
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Suspense fallback={null}>
        <Pay appointmentId={location.pathname.split('/')[2] ?? ''} />
      </Suspense>
    </StrictMode>,
  );
}
