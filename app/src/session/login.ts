import type { StepUp } from '../api/problems';
import { config } from './config';

/** What is kept while the person is at the hosted log-in, in the tab's own storage. None of it opens a session. */
interface Pending {
  verifier: string;
  nonce: string;
  returnTo: string;
  beside: boolean;
}

const pending = (state: string) => `vaidya.login.${state}`;

async function server() {
  const { loginUrl, clientId, userPoolIssuer } = await config();
  return {
    as: {
      issuer: userPoolIssuer ?? loginUrl,
      authorization_endpoint: `${loginUrl}/oauth2/authorize`,
      token_endpoint: `${loginUrl}/oauth2/token`,
    },
    client: { client_id: clientId },
    redirect: `${location.origin}/signed-in`,
    // The local log-in has no certificate.
    insecure: loginUrl.startsWith('http://127.0.0.1') || loginUrl.startsWith('http://localhost'),
  };
}

export interface SignIn {
  returnTo?: string;
  stepUp?: StepUp;
  /** In a tab of its own, so that what the person typed here stays. */
  beside?: boolean;
}

/** The address of the hosted log-in (authorization code with PKCE). */
export async function loginAddress({ returnTo = '/', stepUp, beside = false }: SignIn): Promise<string> {
  const oauth = await import('oauth4webapi');
  const { as, client, redirect } = await server();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const verifier = oauth.generateRandomCodeVerifier();
  const value = JSON.stringify({ verifier, nonce, returnTo, beside } satisfies Pending);
  // A tab of its own has a storage of its own, so the state of a log-in beside travels by the shared one, for a minute's work.
  (beside ? localStorage : sessionStorage).setItem(pending(state), value);
  const address = new URL(as.authorization_endpoint);
  address.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirect,
    scope: 'openid email',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(stepUp && { prompt: 'login', max_age: String(stepUp.maxAge ?? 0) }),
    ...(stepUp?.acr && { acr_values: stepUp.acr }),
    lang: document.documentElement.lang,
  }).toString();
  return address.href;
}

/** Ends a log-in: checks the answer in the address, and exchanges the code. */
export async function finishLogin(
  address: URL,
): Promise<{ refreshToken: string; returnTo: string; beside: boolean }> {
  const oauth = await import('oauth4webapi');
  const { as, client, redirect, insecure } = await server();
  const state = address.searchParams.get('state') ?? '';
  const stored = sessionStorage.getItem(pending(state)) ?? localStorage.getItem(pending(state));
  sessionStorage.removeItem(pending(state));
  localStorage.removeItem(pending(state));
  if (stored === null) throw new Error('This log-in was not begun in this browser.');
  const { verifier, nonce, returnTo, beside }: Pending = JSON.parse(stored);
  const options = { [oauth.allowInsecureRequests]: insecure };
  const parameters = oauth.validateAuthResponse(as, client, address, state);
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    parameters,
    redirect,
    verifier,
    options,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce });
  if (!tokens.refresh_token) throw new Error('The log-in gave no refresh token.');
  // Only a path of this app, never an address that someone else put there.
  const safe = returnTo.startsWith('/') && !returnTo.startsWith('//') ? returnTo : '/';
  return { refreshToken: tokens.refresh_token, returnTo: safe, beside };
}

/** Where the hosted log-in's own session ends; it returns to the app. */
export async function hostedLogout(): Promise<string> {
  const { loginUrl, clientId } = await config();
  const address = new URL(`${loginUrl}/logout`);
  address.search = new URLSearchParams({
    client_id: clientId,
    logout_uri: `${location.origin}/signed-out`,
  }).toString();
  return address.href;
}
