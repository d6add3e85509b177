import { createHash } from 'node:crypto';
import {
  type APIRequestContext,
  type APIResponse,
  type BrowserContext,
  test as base,
  expect,
  type Page,
} from '@playwright/test';
import { API, APP, MAILBOX, PORT } from '../playwright.config.ts';
import { totp } from './totp.ts';

/** The demo accounts of `cargo local`. */
export const PEOPLE = {
  asha: 'asha.verma@example.com',
  rohan: 'rohan.iyer@example.com',
  meera: 'meera.krishnan@example.com',
  arjun: 'arjun.rao@example.com',
  kavita: 'admin@example.com',
};
export const PASSWORD = 'Vaidya-demo-2026!';

/** What a browser complained of: nothing may be here at the end of a test. */
function complaints(page: Page, heard: string[]) {
  page.on('console', message => {
    // A refusal that the app handles is told by the browser all the same.
    const handled = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !handled) heard.push(message.text());
  });
  page.on('pageerror', error => heard.push(String(error)));
}

/** The secrets of the authenticator apps of the demo accounts, in base 32. Patients have none. */
const SECRETS: Record<string, string> = {
  [PEOPLE.meera]: 'VAIDYADOCTORDEMOVAIDYADOCTORDEMO',
  [PEOPLE.arjun]: 'VAIDYADOCTORDEMOVAIDYADOCTORDEMO',
  [PEOPLE.kavita]: 'VAIDYAADMINDEMOVAIDYAADMINDEMOAA',
};

/** The stack's time. A test may have moved its clock; only the app's address tells it. */
export async function stackTime(request: APIRequestContext): Promise<number> {
  return Date.parse((await request.get(`${APP}/health`)).headers().date ?? '');
}

/** Moves the stack's clock, as `cargo local clock` does. It never goes back. */
async function passes(request: APIRequestContext, minutes: number): Promise<void> {
  const answer = await request.post(`${MAILBOX}/clock`, {
    headers: { accept: 'application/json' },
    form: { by: `+${minutes}m` },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** The step of the latest code of each person. The pool takes a code once, and those of the steps beside the present one too. */
const used = new Map<string, number>();

/** Signs in with the next code that was not used. A minute passes when all are used that the pool would take. */
async function withCode<T>(
  request: APIRequestContext,
  email: string,
  attempt: (code: string) => Promise<T | undefined>,
): Promise<T> {
  for (let round = 0; round < 8; round += 1) {
    const present = Math.floor((await stackTime(request)) / 30_000);
    const step = Math.max(present - 1, (used.get(email) ?? 0) + 1);
    if (step > present + 1) {
      await passes(request, 1);
      continue;
    }
    used.set(email, step);
    const done = await attempt(totp(SECRETS[email] ?? '', step * 30_000));
    if (done !== undefined) return done;
  }
  throw new Error(`no code of ${email} was accepted`);
}

/** An access token, by the operations for clients without a browser. */
export async function tokenOf(request: APIRequestContext, email: string): Promise<string> {
  const answer = await request.post(`${API}/v1/auth/login`, { data: { email, password: PASSWORD } });
  const { accessToken, session } = await answer.json();
  if (accessToken) return accessToken;
  return withCode(request, email, async code => {
    const next = await request.post(`${API}/v1/auth/challenge`, { data: { email, session, code } });
    return next.ok() ? (await next.json()).accessToken : undefined;
  });
}

/** Signs in at the hosted log-in, as a person does. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByRole('button', { name: /^(Account|Menu|खाता|मेन्यू)$/ }).click();
  await page
    .getByRole('button', { name: /^(Sign in|साइन इन करें)$/ })
    .first()
    .click();
  await fillLogin(page, email, password);
  const back = (timeout?: number) =>
    page.waitForURL(url => url.origin === APP && url.pathname !== '/signed-in', { timeout });
  if (!SECRETS[email]) return back();
  await withCode(page.request, email, async code => {
    await page.getByLabel(/code/i).fill(code);
    await page.locator('[type=submit]').click();
    return back(10_000).then(
      () => true,
      () => undefined,
    );
  });
}

/** A sign-in within the second in which the sessions of before ended would count as one of them. No person is so fast. */
export async function secondPasses(page: Page): Promise<void> {
  await page.waitForTimeout(1100);
}

export async function fillLogin(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel(/e-?mail|username/i).fill(email);
  await page.getByLabel(/^password/i).fill(password);
  await page.getByRole('button', { name: /sign in|log in/i }).click();
}

interface Look {
  language?: 'en' | 'hi';
  theme?: 'light' | 'dark';
}

/** A person with a browser of their own, signed in. */
export type Actor = (email: string, look?: Look) => Promise<Page>;

/**
 * Begins a session with the requests that the hosted log-in and the app make, without their pages: that is for tests which are
 * not about the log-in.
 */
async function beginSession(page: Page, email: string): Promise<void> {
  const { request } = page;
  const login = `http://127.0.0.1:${PORT + 1}`;
  const redirect_uri = `${APP}/signed-in`;
  const client_id = 'local-app-client';
  const code_verifier = crypto.randomUUID().repeat(2);
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri,
    scope: 'openid email',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const form = await (await request.get(`${login}/login?${asked}`)).text();
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
  const answer = await request.post(`${login}/login?${asked}`, {
    form: { _csrf, username: email, password: PASSWORD },
    maxRedirects: 0,
  });
  let returned = answer.headers().location;
  if (SECRETS[email]) {
    const session = /name="session" value="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
    returned = await withCode(request, email, async code => {
      const next = await request.post(`${login}/mfa?${asked}`, {
        form: { _csrf, session, code },
        maxRedirects: 0,
      });
      return next.headers().location;
    });
  }
  const code = new URL(returned ?? '', login).searchParams.get('code') ?? '';
  const tokens = await request.post(`${login}/oauth2/token`, {
    form: { grant_type: 'authorization_code', client_id, redirect_uri, code, code_verifier },
  });
  const { refresh_token } = await tokens.json();
  // A page of the origin without the app, which would look for a session first.
  await page.goto('/robots.txt');
  const status = await page.evaluate(async refreshToken => {
    const { status } = await fetch('/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-vaidya-app': '1' },
      body: JSON.stringify({ refreshToken }),
    });
    localStorage.setItem('vaidya.signed-in', '1');
    return status;
  }, refresh_token);
  expect(status, 'the session begins').toBe(200);
  await page.goto('/');
}

export const test = base.extend<{
  heard: string[];
  /** Whether people sign in at the hosted pages. */
  hosted: boolean;
  /** A browser of its own, without a page yet. */
  browserOf: (look?: Look) => Promise<Page>;
  visitor: (look?: Look) => Promise<Page>;
  actor: Actor;
  patient: Page;
  doctor: Page;
  administrator: Page;
  api: Api;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  heard: async ({}, use) => {
    const heard: string[] = [];
    await use(heard);
    expect(heard, 'the browser has nothing to complain of').toEqual([]);
  },
  hosted: [false, { option: true }],
  browserOf: async ({ browser, heard }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ language = 'en', theme } = {}) => {
      const context = await browser.newContext({ colorScheme: theme ?? 'light' });
      contexts.push(context);
      await context.addInitScript(
        `if (!localStorage.getItem('vaidya.language')) localStorage.setItem('vaidya.language', '${language}');`,
      );
      const page = await context.newPage();
      complaints(page, heard);
      return page;
    });
    for (const context of contexts) await context.close();
  },
  visitor: async ({ browserOf }, use) => {
    await use(async look => {
      const page = await browserOf(look);
      await page.goto('/');
      return page;
    });
  },
  actor: async ({ visitor, browserOf, hosted }, use) => {
    await use(async (email, look) => {
      const page = await (hosted ? visitor(look) : browserOf(look));
      await (hosted ? signIn(page, email) : beginSession(page, email));
      return page;
    });
  },
  patient: async ({ actor }, use) => use(await actor(PEOPLE.asha)),
  doctor: async ({ actor }, use) => use(await actor(PEOPLE.meera)),
  administrator: async ({ actor }, use) => use(await actor(PEOPLE.kavita)),
  api: async ({ request }, use) => {
    const api = new Api(request);
    await use(api);
    await api.tidy();
  },
});

export { expect };

/** The API, to set up what a test begins with. */
export class Api {
  private readonly tokens = new Map<string, string>();
  constructor(private readonly request: APIRequestContext) {}

  async as<T = unknown>(email: string, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.send(email, method, path, body);
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return answer.headers()['content-type']?.includes('json') ? answer.json() : (undefined as T);
  }

  private async send(email: string, method: string, path: string, body?: object): Promise<APIResponse> {
    const key = crypto.randomUUID();
    const send = (token: string) =>
      this.request.fetch(`${API}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
        data: body,
      });
    const answer = await send(this.tokens.get(email) ?? (await this.logIn(email)));
    // The clock may have moved past the end of a token that is kept here.
    return answer.status() === 401 ? send(await this.logIn(email)) : answer;
  }

  /** The stack's time. */
  async now(): Promise<number> {
    return stackTime(this.request);
  }

  /** Moves the stack's clock. */
  async wait(minutes: number): Promise<void> {
    await passes(this.request, minutes);
    // What was signed before may be out of date now.
    this.tokens.clear();
  }

  private async logIn(email: string): Promise<string> {
    const accessToken = await tokenOf(this.request, email);
    this.tokens.set(email, accessToken);
    return accessToken;
  }

  /** A doctor's id, by a word of the name. */
  async doctor(name: string): Promise<string> {
    const path = `/v1/doctors?name=${name}`;
    const { doctors } = await this.as<{ doctors: { id: string }[] }>(PEOPLE.asha, 'GET', path);
    return doctors[0]?.id ?? '';
  }

  async freeSlots(doctorId: string, days = 13): Promise<{ slotId: string; start: string }[]> {
    const from = new Date(Date.now() + 2 * 86_400_000).toISOString();
    const to = new Date(Date.now() + days * 86_400_000).toISOString();
    const path = `/v1/doctors/${doctorId}/slots?from=${from}&to=${to}&limit=100`;
    return (await this.as<{ slots: { slotId: string; start: string }[] }>(PEOPLE.asha, 'GET', path)).slots;
  }

  /** Books the latest slot that is free while the patient is, and returns the visit, which is held. */
  async book(email: string, name = 'Meera'): Promise<{ id: string; slotId: string; paymentId: string }> {
    const doctorId = await this.doctor(name);
    for (const { slotId } of (await this.freeSlots(doctorId)).reverse()) {
      const answer = await this.send(email, 'POST', '/v1/appointments', { doctorId, slotId });
      if (answer.ok()) return answer.json();
      expect((await answer.json()).type, await answer.text()).toBe('/problems/patient-busy');
    }
    throw new Error(`${name} has no free slot`);
  }

  /** Books a slot and pays for it. */
  async bookAndPay(
    email: string,
    name = 'Meera',
  ): Promise<{ id: string; slotId: string; paymentId: string }> {
    const visit = await this.book(email, name);
    const order = await this.as<{ orderId: string }>(email, 'POST', `/v1/appointments/${visit.id}/payment`);
    const paid = await this.request.post(`http://127.0.0.1:${PORT + 2}/checkout?order_id=${order.orderId}`, {
      headers: { accept: 'application/json' },
      form: { action: 'upi' },
    });
    const { razorpay_order_id, razorpay_payment_id, razorpay_signature } = await paid.json();
    await this.as(email, 'POST', `/v1/payments/${visit.paymentId}/confirm`, {
      razorpay_order_id,
      razorpay_payment_id,
      razorpay_signature,
    });
    return visit;
  }

  /** Cancels what the patients still have, so that no test meets the visits of another one. */
  async tidy(): Promise<void> {
    for (const email of [PEOPLE.asha, PEOPLE.rohan]) {
      for (const status of ['held', 'confirmed']) {
        const path = `/v1/appointments?status=${status}&limit=100`;
        const { appointments } = await this.as<{ appointments: { id: string }[] }>(email, 'GET', path);
        for (const { id } of appointments) await this.cancel(email, id).catch(() => undefined);
      }
    }
  }

  async cancel(email: string, id: string): Promise<void> {
    await this.as(email, 'POST', `/v1/appointments/${id}/cancel`, {});
  }
}
