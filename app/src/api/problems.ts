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
    this.stepUp = status === 401 ? stepUp(headers.get('www-authenticate')) : undefined;
    this.kind = this.stepUp ? 'fresh-login' : body.type?.split('/').at(-1) || gatewayKind(status);
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

/** Reads the challenge `Bearer error="insufficient_user_authentication", acr_values="…", max_age="…"`. */
export function stepUp(header: string | null): StepUp | undefined {
  if (!header?.includes('insufficient_user_authentication')) return undefined;
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
