import type { RouteObject } from 'react-router';

/** The pages of a patient. */
export const patientRoutes: RouteObject[] = [
  { path: 'doctors', lazy: () => import('./FindDoctor') },
  { path: 'doctors/:doctorId', lazy: () => import('./Doctor') },
  { path: 'doctors/:doctorId/book/:slotId', lazy: () => import('./Book') },
  { path: 'visits/:appointmentId', lazy: () => import('./Visit') },
];
