import type { RouteObject } from 'react-router';

/** The pages of an administrator, below `/admin`. */
export const administratorRoutes: RouteObject[] = [];
