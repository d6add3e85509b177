import type { RouteObject } from 'react-router';

/** The pages of a patient. */
export const patientRoutes: RouteObject[] = [
  { path: 'doctors', lazy: () => import('./FindDoctor') },
  { path: 'doctors/:doctorId', lazy: () => import('./Doctor') },
  { path: 'doctors/:doctorId/book/:slotId', lazy: () => import('./Book') },
  { path: 'doctors/:doctorId/series', lazy: () => import('./BookSeries') },
  { path: 'visits', lazy: () => import('./Visits') },
  { path: 'visits/:appointmentId', lazy: () => import('./Visit') },
  { path: 'visits/:appointmentId/intake', lazy: () => import('./Intake') },
  { path: 'visits/:appointmentId/move', lazy: () => import('./Move') },
  { path: 'series/:seriesId', lazy: () => import('./Series') },
  { path: 'waiting-lists', lazy: () => import('./WaitingLists') },
  { path: 'waiting-lists/join', lazy: () => import('./JoinWaitingList') },
  { path: 'payments', lazy: () => import('./Payments') },
  { path: 'payments/:paymentId', lazy: () => import('./Payment') },
  { path: 'accesses', lazy: () => import('./Accesses') },
];
