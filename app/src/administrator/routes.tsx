import type { RouteObject } from 'react-router';

/** The pages of an administrator, below `/admin`. */
export const administratorRoutes: RouteObject[] = [
  { path: 'admin/doctors', lazy: () => import('./Doctors') },
  { path: 'admin/doctors/register', lazy: () => import('./RegisterDoctor') },
  { path: 'admin/doctors/suspended', lazy: () => import('./SuspendedDoctors') },
  { path: 'admin/doctors/:doctorId', lazy: () => import('./Doctor') },
  { path: 'admin/doctors/:doctorId/edit', lazy: () => import('./EditDoctor') },
  { path: 'admin/users', lazy: () => import('./Users') },
  { path: 'admin/users/:userId', lazy: () => import('./User') },
  { path: 'admin/visits', lazy: () => import('./Visits') },
  { path: 'admin/visits/:appointmentId', lazy: () => import('./Visit') },
  { path: 'admin/visits/:appointmentId/move', lazy: () => import('./Move') },
  { path: 'admin/payments', lazy: () => import('./Payments') },
  { path: 'admin/payments/:paymentId', lazy: () => import('./Payment') },
  { path: 'admin/refunds', lazy: () => import('./Refunds') },
  { path: 'admin/ledger', lazy: () => import('./Ledger') },
  { path: 'admin/audit', lazy: () => import('./Audit') },
  { path: 'admin/audit/export', lazy: () => import('./AuditExport') },
  { path: 'admin/audit/days', lazy: () => import('./AuditDays') },
];
