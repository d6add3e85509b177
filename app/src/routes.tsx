import type { RouteObject } from 'react-router';
import { administratorRoutes } from './administrator/routes';
import { doctorRoutes } from './doctor/routes';
import { patientRoutes } from './patient/routes';
import { Failure, NotFound } from './public/Failure';
import { Guard } from './session/Guard';
import { Shell } from './ui/Shell';

/** Each page is a chunk of its own. A folder's `routes.tsx` lists its pages. */
export const routes: RouteObject[] = [
  {
    element: <Shell />,
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <Failure />,
        children: [
          { index: true, lazy: () => import('./public/Home') },
          { path: 'sign-up', lazy: () => import('./public/SignUp') },
          { path: 'signed-in', lazy: () => import('./session/SignedIn') },
          { path: 'signed-out', lazy: () => import('./session/SignedOut') },
          {
            element: <Guard />,
            children: [
              { path: 'profile', lazy: () => import('./public/Profile') },
              { path: 'security', lazy: () => import('./public/Security') },
            ],
          },
          { element: <Guard only="patient" />, children: patientRoutes },
          { element: <Guard only="doctor" />, children: doctorRoutes },
          { element: <Guard only="admin" />, children: administratorRoutes },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
];
