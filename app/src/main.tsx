import './app.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { makeQueryClient } from './api/queries';
import { core } from './i18n';
import { currentLanguage } from './i18n/language';
import { routes } from './routes';
import { ended } from './session/session';

const root = document.getElementById('root');
const queries = makeQueryClient(ended);

// The words come before the first page, so that it is never shown without them.
await core.load(currentLanguage());
if (root) {
  const router = createBrowserRouter(routes);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
