import { authenticate, request } from '../api/client';
import { Problem, type StepUp } from '../api/problems';
import { readToken, type Token } from './token';

/**
 * The session of this browser. The refresh token is in a cookie that scripts can't read; the access token is in the memory
 * of each tab. One tab refreshes at a time, and hands the token to the others.
 */
export type State =
  | { kind: 'starting' }
  | { kind: 'out'; because?: 'ended' | 'left' }
  | { kind: 'in'; token: Token }
  /** The session ended while the person was at work: what they typed stays, and they sign in beside it. */
  | { kind: 'interrupted'; token: Token; stepUp?: StepUp };

/** That a session may exist, so that a visitor who never signed in makes no request. It is no secret. */
const MARK = 'vaidya.signed-in';
const LOCK = 'vaidya.session';
/** A token this close to its end is renewed before it is used. */
const EARLY = 30_000;

type Message = { type: 'token'; access: string; expires: number } | { type: 'ask' } | { type: 'left' };

let state: State = { kind: 'starting' };
const listeners = new Set<() => void>();
const waiting = new Set<(token: Token | undefined) => void>();
const channel = new BroadcastChannel('vaidya.session');

export function current(): State {
  return state;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: State): void {
  state = next;
  for (const listener of listeners) listener();
}

function held(): Token | undefined {
  return state.kind === 'in' ? state.token : undefined;
}

function fresh(token: Token | undefined): token is Token {
  return token !== undefined && token.expires - Date.now() > EARLY;
}

/** Takes a token of the session, of this tab or of another one. */
function take(token: Token): void {
  if (state.kind === 'interrupted' && state.token.user !== token.user) {
    // Another person has signed in: nothing of the first one may stay on the screen.
    location.assign('/');
    return;
  }
  remember(true);
  set({ kind: 'in', token });
  for (const resume of waiting) resume(token);
  waiting.clear();
}

function remember(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(MARK, '1');
    else localStorage.removeItem(MARK);
  } catch {
    // Without storage each visit asks for the session.
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return true;
  }
}

channel.onmessage = ({ data }: MessageEvent<Message>) => {
  if (data.type === 'token') take(readToken(data.access, (data.expires - Date.now()) / 1000));
  else if (data.type === 'left') {
    if (state.kind !== 'out') set({ kind: 'out', because: 'left' });
  } else {
    const token = held();
    if (fresh(token))
      channel.postMessage({ type: 'token', access: token.access, expires: token.expires } satisfies Message);
  }
};

interface SessionAnswer {
  accessToken: string;
  expiresIn: number;
}

/** The session's own requests: the header shows that no foreign form sends them. */
async function ask(method: string, path: string, body?: unknown, access?: string): Promise<Response> {
  const headers = new Headers({ 'x-vaidya-app': '1' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (access !== undefined) headers.set('authorization', `Bearer ${access}`);
  return request(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function adopt(answer: Response): Promise<Token> {
  const { accessToken, expiresIn }: SessionAnswer = await answer.json();
  const token = readToken(accessToken, expiresIn);
  take(token);
  channel.postMessage({ type: 'token', access: token.access, expires: token.expires } satisfies Message);
  return token;
}

/** Hands the refresh token of a log-in to the API, which keeps it in its cookie. */
export async function open(refreshToken: string): Promise<Token> {
  return navigator.locks.request(LOCK, async () => adopt(await ask('POST', '/v1/session', { refreshToken })));
}

/** One refresh for all tabs: a tab that waited for the lock first looks whether a new token has come meanwhile. */
async function refresh(refused?: string): Promise<Token | undefined> {
  return navigator.locks.request(LOCK, async () => {
    const token = held();
    if (fresh(token) && token.access !== refused) return token;
    try {
      return await adopt(await ask('POST', '/v1/session/refresh'));
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) return undefined;
      throw error;
    }
  });
}

/** Asks the person to sign in again beside their work. Resolves when they have, or with nothing if they decline. */
function interrupt(token: Token, stepUp?: StepUp): Promise<Token | undefined> {
  set({ kind: 'interrupted', token, stepUp });
  return new Promise(resolve => waiting.add(resolve));
}

/** The person does not sign in again. */
export function decline(): void {
  const before = state;
  const resumed = [...waiting];
  waiting.clear();
  if (before.kind === 'interrupted' && before.stepUp) set({ kind: 'in', token: before.token });
  else {
    remember(false);
    set({ kind: 'out', because: 'ended' });
  }
  for (const resume of resumed) resume(undefined);
}

/** The API says that the session has ended. */
export function ended(): void {
  const token = held();
  if (token) void interrupt(token);
}

async function renewOrInterrupt(token: Token, refused?: string): Promise<string | undefined> {
  const renewed = (await refresh(refused)) ?? (await interrupt(token));
  return renewed?.access;
}

authenticate({
  async token() {
    if (state.kind === 'starting') await started;
    if (state.kind === 'interrupted')
      return (await new Promise<Token | undefined>(resolve => waiting.add(resolve)))?.access;
    const token = held();
    if (!token || fresh(token)) return token?.access;
    return renewOrInterrupt(token);
  },
  async renew(refused) {
    const token = held();
    return token && renewOrInterrupt(token, refused);
  },
  async confirm(how) {
    const token = held();
    return token && (await interrupt(token, how))?.access;
  },
});

async function start(): Promise<void> {
  if (!remembered()) return set({ kind: 'out' });
  // Another tab may have a token: it answers at once, and a refresh is saved.
  channel.postMessage({ type: 'ask' } satisfies Message);
  await new Promise(resolve => setTimeout(resolve, 60));
  if (held()) return;
  try {
    if (!(await refresh())) {
      remember(false);
      set({ kind: 'out', because: 'ended' });
    }
  } catch {
    // No answer: the session may well be alive, and the next request asks again.
    set({ kind: 'out', because: 'ended' });
  }
}

export const started: Promise<void> = start();

/** Ends the session everywhere in this browser. Returns the address that ends the hosted log-in's own session. */
export async function leave(): Promise<string | undefined> {
  const token = held();
  let hosted: string | undefined;
  try {
    const answer = await ask('DELETE', '/v1/session', undefined, token?.access);
    const body = await answer.json().catch(() => undefined);
    hosted = body?.hostedLogout;
  } catch {
    // Even without an answer nothing of the session stays here.
  }
  remember(false);
  channel.postMessage({ type: 'left' } satisfies Message);
  set({ kind: 'out', because: 'left' });
  return hosted;
}
