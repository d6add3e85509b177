import type { RouteObject } from 'react-router';

/** The pages of a doctor, below `/doctor`. */
export const doctorRoutes: RouteObject[] = [
  { path: 'doctor/day', lazy: () => import('./Day') },
  { path: 'doctor/visits', lazy: () => import('./Visits') },
  { path: 'doctor/visits/:appointmentId', lazy: () => import('./Visit') },
  { path: 'doctor/visits/:appointmentId/move', lazy: () => import('./Move') },
  { path: 'doctor/schedule', lazy: () => import('./Schedule') },
  { path: 'doctor/schedule/slots', lazy: () => import('./Slots') },
  { path: 'doctor/schedule/practice', lazy: () => import('./Practice') },
  { path: 'doctor/waiting-list', lazy: () => import('./WaitingList') },
];
