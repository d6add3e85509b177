import { learn } from './clock';
import { OPERATIONS } from './operations';
import { Problem, type StepUp, Unreachable } from './problems';
import type { components, operations } from './schema';

export type Operation = keyof operations;
export type Schemas = components['schemas'];

type Content<T> = T extends { content: { 'application/json': infer J } } ? J : undefined;
type Success<O extends Operation> = operations[O]['responses'] extends infer R
  ? R extends { 200: infer A }
    ? A
    : R extends { 201: infer A }
      ? A
      : R extends { 202: infer A }
        ? A
        : R extends { 204: infer A }
          ? A
          : never
  : never;

/** What an operation answers when it succeeds. */
export type Answer<O extends Operation> = Content<Success<O>>;

type Part<Name extends string, T> = [T] extends [never] | [undefined]
  ? unknown
  : undefined extends T
    ? { [K in Name]?: Exclude<T, undefined> }
    : { [K in Name]: T };
type Body<O extends Operation> = operations[O] extends {
  requestBody: { content: { 'application/json': infer J } };
}
  ? J
  : never;
type Tag<O extends Operation> = operations[O] extends { parameters: { header: { 'If-Match': string } } }
  ? string
  : never;
type Key<O extends Operation> = operations[O] extends {
  parameters: { header: { 'Idempotency-Key': string } };
}
  ? string
  : never;

/** What an operation needs: its path and query parameters, its body, the ETag that was read, the key of the intent. */
export type Input<O extends Operation> = Part<
  'path',
  operations[O] extends { parameters: { path: infer P } } ? P : never
> &
  Part<'query', operations[O] extends { parameters: { query?: infer Q } } ? Q : never> &
  Part<'body', Body<O>> &
  Part<'ifMatch', Tag<O>> &
  Part<'key', Key<O>> & { signal?: AbortSignal };

/** The session, as far as requests need it. */
export interface Credentials {
  /** The access token, or nothing for a caller who has not signed in. */
  token(): Promise<string | undefined>;
  /** A token that is not `refused`, or nothing if the session has ended. */
  renew(refused: string): Promise<string | undefined>;
  /** Asks the person to sign in again, so that the request may be sent once more. Nothing if they decline. */
  confirm(how: StepUp): Promise<string | undefined>;
}

let credentials: Credentials = {
  token: async () => undefined,
  renew: async () => undefined,
  confirm: async () => undefined,
};

export function authenticate(by: Credentials): void {
  credentials = by;
}

interface Loose {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: string;
  key?: string;
  /** The ETag of the answer that the caller has. */
  known?: string;
  signal?: AbortSignal;
}

/** An operation's answer together with its ETag. */
export interface Tagged<T> {
  data: T;
  etag: string;
}

export async function call<O extends Operation>(operation: O, input: Input<O>): Promise<Answer<O>> {
  const response = await send(operation, input as Loose);
  return (await content(response)) as Answer<O>;
}

export async function callTagged<O extends Operation>(
  operation: O,
  input: Input<O>,
): Promise<Tagged<Answer<O>>> {
  const response = await send(operation, input as Loose);
  return { data: (await content(response)) as Answer<O>, etag: response.headers.get('etag') ?? '' };
}

/** As {@link callTagged}; nothing if the answer is still the one with the ETag `known`. */
export async function callUnlessKnown<O extends Operation>(
  operation: O,
  input: Input<O>,
  known: string | undefined,
): Promise<Tagged<Answer<O>> | undefined> {
  const response = await send(operation, { ...(input as Loose), known });
  if (response.status === 304) return undefined;
  return { data: (await content(response)) as Answer<O>, etag: response.headers.get('etag') ?? '' };
}

/** The answer of an operation that makes a file. */
export async function callBlob<O extends Operation>(operation: O, input: Input<O>): Promise<Blob> {
  return (await send(operation, input as Loose)).blob();
}

async function content(response: Response): Promise<unknown> {
  return response.headers.get('content-type')?.includes('json') ? response.json() : undefined;
}

async function send(operation: Operation, input: Loose): Promise<Response> {
  const token = await credentials.token();
  try {
    return await attempt(operation, input, token);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401 || token === undefined) throw error;
    const better = error.stepUp ? await credentials.confirm(error.stepUp) : await credentials.renew(token);
    if (better === undefined) throw error;
    return attempt(operation, input, better);
  }
}

async function attempt(operation: Operation, input: Loose, token: string | undefined): Promise<Response> {
  const [method, template] = OPERATIONS[operation];
  const headers = new Headers({ accept: 'application/json, application/problem+json, */*;q=0.1' });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (input.key !== undefined) headers.set('idempotency-key', input.key);
  if (input.ifMatch !== undefined) headers.set('if-match', input.ifMatch);
  if (input.known) headers.set('if-none-match', input.known);
  const body = input.body === undefined ? undefined : JSON.stringify(input.body);
  if (body !== undefined) headers.set('content-type', 'application/json');
  return request(address(template, input), { method, headers, body, signal: input.signal });
}

function address(template: string, { path, query }: Loose): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path?.[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** One request to the API. Throws {@link Problem} for a refusal and {@link Unreachable} if there was no answer. */
export async function request(url: string, init: RequestInit): Promise<Response> {
  const sent = Date.now();
  let response: Response;
  try {
    response = await fetch(url, { cache: 'no-store', credentials: 'same-origin', ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable('no answer', { cause: error });
  }
  learn(response.headers.get('date'), sent, Date.now());
  if (response.ok || response.status === 304) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Problem(response.status, problem, response.headers);
}
