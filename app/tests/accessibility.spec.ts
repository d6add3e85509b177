import type { Page } from '@playwright/test';
import { type Actor, type Api, expect, PEOPLE, test } from './actors.ts';
import { accessible, passes, sound } from './check.ts';

type Language = 'en' | 'hi';
const LANGUAGES: Language[] = ['en', 'hi'];
/** Each language is looked at in one theme; VAIDYA_THEMES=swapped takes the other one. */
const THEMES =
  process.env.VAIDYA_THEMES === 'swapped'
    ? ({ en: 'dark', hi: 'light' } as const)
    : ({ en: 'light', hi: 'dark' } as const);

async function visit(page: Page, path: string, state = path): Promise<void> {
  await page.goto(path);
  await sound(page, state);
}

/** The form of personal details: the page also has the one of the password. */
function profileForm(page: Page) {
  return page.locator('form', { has: page.locator('[name=phone]') });
}

async function patientPages(page: Page, api: Api): Promise<void> {
  const doctorId = await api.doctor('Meera');
  const slot = (await api.freeSlots(doctorId))[0];
  const paid = await api.bookAndPay(PEOPLE.asha, 'Arjun');
  const held = await api.book(PEOPLE.asha);
  for (const path of [
    '/doctors',
    `/doctors/${doctorId}`,
    `/doctors/${doctorId}/book/${slot?.slotId}`,
    `/doctors/${doctorId}/series`,
    '/visits',
    `/visits/${held.id}`,
    `/visits/${paid.id}`,
    `/visits/${paid.id}/move`,
    `/visits/${paid.id}/intake`,
    '/waiting-lists',
    '/waiting-lists/join',
    '/payments',
    `/payments/${paid.paymentId}`,
    '/accesses',
    '/profile',
    '/security',
  ])
    await visit(page, path);
}

for (const language of LANGUAGES) {
  test(`pages for everybody, ${language}`, async ({ visitor }) => {
    const page = await visitor({ language, theme: THEMES[language] });
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    for (const path of ['/', '/sign-up', '/recover', '/signed-out', '/signed-in', '/nowhere', '/visits'])
      await visit(page, path);
  });

  test(`patient's pages, ${language}`, async ({ actor, api }: { actor: Actor; api: Api }) => {
    test.setTimeout(300_000);
    await patientPages(await actor(PEOPLE.asha, { language, theme: THEMES[language] }), api);
  });

  test(`states of patient's pages, ${language}`, async ({ actor, api }) => {
    test.setTimeout(300_000);
    const page = await actor(PEOPLE.rohan, { language, theme: THEMES[language] });
    // Empty lists: Rohan has nothing ahead.
    await page.goto('/visits');
    await accessible(page, 'no visits');
    // The menu, open.
    await page.getByRole('button', { name: /^(Account|खाता)$/ }).click();
    await accessible(page, 'the menu');
    // A list of choices, open.
    await page.goto('/doctors');
    await page.getByRole('combobox', { name: /Speciality|विशेषज्ञता/ }).fill('c');
    await expect(page.getByRole('listbox')).toBeVisible();
    // While the list is open, the page behind it is hidden from screen readers, with its heading; a press of Tab closes the list.
    await accessible(page, 'the choices', ['aria-hidden-focus', 'page-has-heading-one', 'region']);
    // A failing API.
    await page.route('**/v1/payments*', route =>
      route.fulfill({ status: 503, contentType: 'application/json', body: '{}' }),
    );
    await page.goto('/payments');
    await expect(page.getByRole('button', { name: /Try again|फिर से कोशिश/ })).toBeVisible({
      timeout: 20_000,
    });
    await accessible(page, 'an outage');
    // A dialog, and without a connection.
    const held = await api.book(PEOPLE.rohan);
    await page.goto(`/visits/${held.id}`);
    await page.getByRole('button', { name: /Release the time|यह समय छोड़ दें/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await sound(page, 'a dialog');
    await page.context().setOffline(true);
    await accessible(page, 'offline');
    await page.context().setOffline(false);
    // Fields with messages.
    await page.goto('/profile');
    await page.locator('[name=phone]').fill('12');
    await profileForm(page).locator('[type=submit]').click();
    await expect(page.locator('[name=phone]')).toBeFocused();
    await accessible(page, 'a field with a message');
    // Loading.
    await page.route('**/v1/waitlist*', () => undefined);
    await page.goto('/waiting-lists');
    await expect(page.locator('main .animate-pulse').first()).toBeVisible();
    await passes(page, 'loading');
  });
}

/** Answers a reading with what the service answers if there is nothing. */
async function nothing(page: Page, path: string, name: string): Promise<void> {
  await page.route(`**/v1/${path}*`, route => route.fulfill({ json: { [name]: [] } }));
}

for (const language of LANGUAGES) {
  test(`what a patient is asked before a change, and the payment, ${language}`, async ({ actor, api }) => {
    const paid = await api.bookAndPay(PEOPLE.asha, 'Arjun');
    const held = await api.book(PEOPLE.asha);
    const doctorId = await api.doctor('Meera');
    const slotIds = (await api.freeSlots(doctorId))
      .slice(0, 100)
      .filter(({ start }, place, all) => start.slice(0, 10) !== all[place - 1]?.start.slice(0, 10))
      .slice(0, 2)
      .map(slot => slot.slotId);
    const series = await api.as<{ id: string }>(PEOPLE.asha, 'POST', '/v1/series', {
      doctorId,
      slotIds,
      mode: 'all',
    });
    const page = await actor(PEOPLE.asha, { language, theme: THEMES[language] });
    const dialog = page.getByRole('dialog');

    await page.goto(`/visits/${paid.id}/move`);
    await page.locator('button[data-slot]').first().click();
    await expect(dialog).toBeVisible();
    await sound(page, 'the question before a move');
    await page.goto(`/visits/${paid.id}`);
    await page.getByRole('button', { name: /^(Cancel the visit|अपॉइंटमेंट रद्द करें)$/ }).click();
    await expect(dialog.locator('.animate-pulse')).toHaveCount(0);
    await sound(page, 'the question before a cancellation');
    await page.goto(`/series/${series.id}`);
    await sound(page, 'a series');
    await page.getByRole('button', { name: /^(Cancel the series|शृंखला रद्द करें)$/ }).click();
    await expect(dialog.locator('.animate-pulse')).toHaveCount(0);
    await sound(page, 'the question before the end of a series');

    // Without the checkout's code, the payment's own page is all there is; with it, Razorpay's page lies over it.
    await page.route('**/v1/checkout.js', route => route.abort());
    await page.goto(`/pay/${held.id}`);
    await expect(page.getByRole('button')).toBeVisible();
    await sound(page, 'a payment that can’t begin');
    await page.unroute('**/v1/checkout.js');
    await page.getByRole('button').click();
    await expect(page.locator('iframe')).toBeVisible();
    await sound(page, 'a payment');
  });

  test(`nothing, errors and no connection, ${language}`, async ({ actor }) => {
    const page = await actor(PEOPLE.asha, { language, theme: THEMES[language] });
    await nothing(page, 'payments', 'payments');
    await nothing(page, 'waitlist', 'entries');
    await nothing(page, 'me/accesses', 'accesses');
    await nothing(page, 'doctors', 'doctors');
    for (const path of ['/payments', '/waiting-lists', '/accesses', '/doctors']) {
      await page.goto(path);
      await expect(page.locator('main h2').first()).toBeVisible();
      await sound(page, `nothing at ${path}`);
    }
    await page.goto('/visits/11111111-1111-4111-8111-111111111111');
    await expect(page.getByRole('alert')).toBeVisible();
    await sound(page, 'a visit that does not exist');
    await page.goto('/profile');
    await expect(page.locator('[name="address/street"]')).toBeVisible();
    await page.context().setOffline(true);
    await profileForm(page).locator('[type=submit]').click();
    await expect(profileForm(page).getByRole('alert')).toBeVisible();
    await sound(page, 'a change without a connection');
    await page.context().setOffline(false);
    // The session ends while one works.
    const ended = { type: '/problems/session-ended', title: 'The session has ended', status: 401 };
    for (const path of ['**/v1/me', '**/v1/session/refresh'])
      await page.route(path, route =>
        route.fulfill({ status: 401, contentType: 'application/problem+json', json: ended }),
      );
    await profileForm(page).locator('[type=submit]').click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await sound(page, 'the end of the session');
  });
}

test('the language changes in place, with the document’s', async ({ visitor }) => {
  const page = await visitor();
  await page.getByRole('button', { name: 'हिन्दी' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'hi');
  await expect(page.locator('main').getByRole('button', { name: 'साइन इन करें' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'hi');
});

test('who wants less motion gets none', async ({ browser }) => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto('/');
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll('*')].map(
        e => Number.parseFloat(getComputedStyle(e).transitionDuration) || 0,
      ),
    ),
  );
  expect(longest).toBeLessThan(0.01);
  await context.close();
});

test('everything fits at twice the size', async ({ patient: page }) => {
  // 200 % of a window of 1280 is one of 640.
  await page.setViewportSize({ width: 640, height: 400 });
  for (const path of ['/doctors', '/visits', '/profile']) {
    await page.goto(path);
    await expect(page.locator('h1').first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
  }
});
