import type { components } from './schema';

type Body = components['schemas']['Problem'];
export type FieldError = components['schemas']['FieldError'];

/** A refusal of the API (RFC 9457), or of API Gateway before it. */
export class Problem extends Error {
  override name = 'Problem';
  /** The last segment of the problem's `type`, such as `slot-taken`. */
  readonly kind: string;
  readonly status: number;
  readonly body: Partial<Body>;
  readonly retryAfter: number | undefined;
  /** What a fresh log-in must satisfy (RFC 9470), if the API asks for one. */
  readonly stepUp: StepUp | undefined;

  constructor(status: number, body: Partial<Body>, headers: Headers) {
    super(body.title ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.retryAfter = Number(headers.get('retry-after')) || undefined;
    const kind = body.type?.split('/').at(-1) || gatewayKind(status);
    this.stepUp = status === 401 ? stepUp(headers.get('www-authenticate'), kind) : undefined;
    this.kind = this.stepUp && kind !== WITHOUT_FACTOR ? 'fresh-login' : kind;
  }

  get errors(): FieldError[] {
    return this.body.errors ?? [];
  }
}

/** The request did not reach the API, or its answer did not reach us: the outcome is unknown. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

export interface StepUp {
  acr?: string;
  maxAge?: number;
}

/** The kind of the refusal of a role that needs a second factor. */
const WITHOUT_FACTOR = 'insufficient-user-authentication';

/**
 * Reads the challenge `Bearer error="insufficient_user_authentication", acr_values="…", max_age="…"`. A gateway may rename the
 * header; then the kind of the problem tells the same.
 */
export function stepUp(header: string | null, kind?: string): StepUp | undefined {
  if (!header?.includes('insufficient_user_authentication'))
    return kind === WITHOUT_FACTOR ? { acr: 'urn:cognito:loa:4' } : undefined;
  const value = (name: string) => new RegExp(`${name}="?([^",]+)"?`).exec(header)?.[1];
  const maxAge = value('max_age');
  return { acr: value('acr_values'), maxAge: maxAge === undefined ? undefined : Number(maxAge) };
}

/** API Gateway's own refusals have no type. */
function gatewayKind(status: number): string {
  const kinds: Record<number, string> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not-found',
    413: 'body-too-large',
    429: 'too-many-requests',
    503: 'unavailable',
  };
  return kinds[status] ?? 'internal-error';
}

export function isProblem(error: unknown, ...kinds: string[]): error is Problem {
  return error instanceof Problem && (kinds.length === 0 || kinds.includes(error.kind));
}
