export type Role = 'patient' | 'doctor' | 'admin';

/** An access token with what the app reads in it. The API judges it; the app only chooses what to show. */
export interface Token {
  access: string;
  /** The subject: the id of the user, also as a patient and as a doctor. */
  user: string;
  roles: Role[];
  /** In milliseconds of this machine's clock. */
  expires: number;
  signedInAt: number;
  acr: string | undefined;
}

const ROLES: readonly string[] = ['patient', 'doctor', 'admin'] satisfies Role[];

export function readToken(access: string, expiresIn: number): Token {
  const claims = JSON.parse(decode(access.split('.')[1] ?? ''));
  const groups: unknown = claims['cognito:groups'];
  return {
    access,
    user: String(claims.sub),
    roles: (Array.isArray(groups) ? groups : []).filter((group): group is Role => ROLES.includes(group)),
    expires: Date.now() + expiresIn * 1000,
    signedInAt: Number(claims.auth_time ?? 0) * 1000,
    acr: typeof claims.acr === 'string' ? claims.acr : undefined,
  };
}

function decode(part: string): string {
  const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
