import { area, useWords } from '../i18n';

export const doctor = area({ en: () => import('./en'), hi: () => import('./hi') });

export function useDoctorWords() {
  return useWords(doctor);
}
