import { APP } from '../playwright.config.ts';
import { expect, fillLogin, PEOPLE, signIn, test } from './actors.ts';

// Here the log-in is meant, so people sign in as they do.
test.use({ hosted: true });

/** What a script of the page could find, if one got in. */
const stored = () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);

test('keeps no token where a script can find it, and stays signed in over a reload', async ({
  patient: page,
}) => {
  const found = await page.evaluate(stored);
  expect(found).not.toMatch(/eyJ|token/i);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Account' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'My visits' })).toBeVisible();
});

test('a token that expires in mid-form is renewed, and nothing that was typed is lost', async ({
  patient: page,
}) => {
  await page.goto('/profile');
  await page.getByLabel('House and street').fill('7 Residency Road');
  let refused = 0;
  let renewed = 0;
  page.on('request', request => {
    if (request.url().endsWith('/v1/session/refresh')) renewed++;
  });
  await page.route('**/v1/me', async route => {
    if (route.request().method() !== 'PUT' || refused++ > 0) return route.fallback();
    return route.fulfill({
      status: 401,
      contentType: 'application/json',
      body: '{"message":"Unauthorized"}',
    });
  });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  expect(renewed).toBe(1);
  await expect(page.getByLabel('House and street')).toHaveValue('7 Residency Road');
});

test('many requests at once, in two tabs, renew the session once', async ({ patient: page }) => {
  const context = page.context();
  const second = await context.newPage();
  await second.goto('/visits');
  await expect(second.getByRole('button', { name: 'Account' })).toBeVisible();
  let renewed = 0;
  context.on('request', request => {
    if (request.url().endsWith('/v1/session/refresh')) renewed++;
  });
  const refused = new Set<string>();
  await context.route('**/v1/{doctors,specialities,languages,waitlist}*', async route => {
    const token = route.request().headers().authorization ?? '';
    // Only the first token is refused, however often it is sent.
    refused.size === 0 && refused.add(token);
    if (refused.has(token))
      return route.fulfill({ status: 401, contentType: 'application/json', body: '{}' });
    return route.fallback();
  });
  await Promise.all([
    page.getByRole('link', { name: 'Find a doctor' }).first().click(),
    second.getByRole('link', { name: 'Waiting lists' }).first().click(),
  ]);
  await expect(page.getByRole('link', { name: 'Dr. Meera Krishnan' })).toBeVisible();
  await expect(second.getByRole('heading', { name: 'Waiting lists' })).toBeVisible();
  expect(renewed).toBe(1);
});

test('a session that has ended asks beside the page, and the work goes on', async ({ patient: page }) => {
  await page.goto('/profile');
  await page.getByLabel('House and street').fill('9 Church Street');
  let over = true;
  await page.route('**/v1/me', async route => {
    if (route.request().method() !== 'PUT' || !over) return route.fallback();
    return route.fulfill({
      status: 401,
      contentType: 'application/json',
      body: '{"message":"Unauthorized"}',
    });
  });
  await page.route('**/v1/session/refresh', async route => {
    if (!over) return route.fallback();
    const body = {
      type: '/problems/session-ended',
      title: 'The session has ended',
      status: 401,
      instance: 'x',
    };
    return route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      body: JSON.stringify(body),
    });
  });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(dialog).toBeVisible();
  over = false;
  const opened = page.context().waitForEvent('page');
  await dialog.getByRole('button', { name: 'Sign in again' }).click();
  const beside = await opened;
  await beside.waitForLoadState();
  // The hosted log-in may still know the person; otherwise they type their password.
  if (
    await beside
      .getByLabel(/^password/i)
      .isVisible()
      .catch(() => false)
  )
    await fillLogin(beside, PEOPLE.asha);
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  await expect(page.getByLabel('House and street')).toHaveValue('9 Church Street');
});

test('the API may ask for a fresh log-in: the person confirms, or goes back without losing anything', async ({
  patient: page,
}) => {
  await page.goto('/profile');
  await page.route('**/v1/me', async route => {
    if (route.request().method() !== 'PUT') return route.fallback();
    return route.fulfill({
      status: 401,
      headers: {
        'content-type': 'application/problem+json',
        'www-authenticate':
          'Bearer error="insufficient_user_authentication", acr_values="urn:cognito:loa:4", max_age="300"',
      },
      body: JSON.stringify({
        type: '/problems/unauthenticated',
        title: 'Sign in first',
        status: 401,
        instance: 'x',
      }),
    });
  });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Please confirm that it is you' });
  let asked = '';
  await page.context().route('**/oauth2/authorize*', route => {
    asked = route.request().url();
    return route.fulfill({ contentType: 'text/html', body: '<title>Log-in</title>' });
  });
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect.poll(() => asked).toMatch(/prompt=login.*max_age=300.*acr_values=urn%3Acognito%3Aloa%3A4/);
  await dialog.getByRole('button', { name: 'Not now' }).click();
  await expect(page.getByRole('alert')).toContainText('This needs a fresh log-in.');
  await expect(page.getByRole('button', { name: 'Account' })).toBeVisible();
});

test('signing out ends the session in every tab and leaves nothing behind', async ({ patient: page }) => {
  const second = await page.context().newPage();
  await second.goto('/payments');
  await expect(second.getByRole('button', { name: 'Account' })).toBeVisible();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out' }).first()).toBeVisible();
  await expect(second.getByRole('button', { name: 'Account' })).toBeHidden();
  await expect(second.getByText('Please sign in first.')).toBeVisible();
  expect(await page.evaluate(stored)).not.toMatch(/signed-in|login/);
  const cookies = await page.context().cookies(APP);
  expect(cookies.filter(({ name }) => name.includes('vaidya'))).toEqual([]);
  // The hosted log-in has forgotten the person too.
  await page.locator('main').getByRole('button', { name: 'Sign in again' }).click();
  await expect(page.getByLabel(/^password/i)).toBeVisible();
});

test('a foreign answer of a log-in is refused', async ({ visitor }) => {
  const page = await visitor();
  await page.goto('/signed-in?code=stolen&state=made-up');
  await expect(page.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
});

test('another role, an unknown page and a visitor each get an answer', async ({ visitor, actor }) => {
  const page = await visitor();
  await page.goto('/visits');
  await expect(page.getByText('Please sign in first.')).toBeVisible();
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'This page does not exist' }).first()).toBeVisible();
  const doctor = await actor(PEOPLE.meera);
  await doctor.goto('/payments');
  await expect(doctor.getByRole('heading', { name: 'This page is not for your role' }).first()).toBeVisible();
});

test('returns to the page that asked for the log-in', async ({ visitor }) => {
  const page = await visitor();
  await page.goto('/accesses');
  await signIn(page, PEOPLE.asha);
  await expect(page).toHaveURL(`${APP}/accesses`);
});
