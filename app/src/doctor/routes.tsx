import type { RouteObject } from 'react-router';

/** The pages of a doctor, below `/doctor`. */
export const doctorRoutes: RouteObject[] = [];
