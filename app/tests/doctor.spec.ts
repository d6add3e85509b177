import type { APIRequestContext, Page } from '@playwright/test';
import { API } from '../playwright.config.ts';
import { expect, PEOPLE, test, tokenOf } from './actors.ts';
import { sound } from './check.ts';
import { type Visit, visitSoon } from './visits.ts';

/** The schedule as the API has it, put there without asking what was there. */
async function putSchedule(request: APIRequestContext, doctorId: string, schedule: object): Promise<void> {
  const answer = await request.put(`${API}/v1/doctors/${doctorId}/schedule`, {
    headers: { authorization: `Bearer ${await tokenOf(request, PEOPLE.arjun)}`, 'if-match': '*' },
    data: schedule,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

const EMPTY = { rules: [], overrides: [], blocked: [], noticeMinutes: 0, horizonDays: 28 };
const row = (page: Page, id: string) =>
  page.locator('ol > li').filter({ has: page.locator(`a[href="/doctor/visits/${id}"]`) });
const indian = (instant: string) =>
  new Date(instant).toLocaleDateString('en-CA', { timeZone: 'Asia/Kolkata' });

test('a day: a patient arrives, the visit begins and ends', async ({ doctor: page, api, request }) => {
  const visit = await visitSoon(api, request, PEOPLE.rohan);
  await page.goto(`/doctor/day?date=${indian(visit.start)}`);
  const own = row(page, visit.id);
  await expect(own).toContainText('Rohan Iyer');
  await expect(own).toContainText('Confirmed');
  await expect(page.getByText(/^Now, /)).toBeVisible();

  await api.as(PEOPLE.rohan, 'POST', `/v1/appointments/${visit.id}/check-in`);
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(own).toContainText('In the waiting room', { timeout: 1000 });
  }).toPass();
  await expect(
    page.getByRole('status').filter({ hasText: 'Rohan Iyer is in the waiting room.' }),
  ).toBeVisible();
  await expect(page.getByRole('region', { name: 'In the waiting room' })).toContainText('Rohan Iyer');

  // The page of the visit has the reason, which the lists lack.
  await own.getByRole('link', { name: 'Rohan Iyer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Visit of Rohan Iyer');
  await expect(page).toHaveTitle('Visit · Vaidya');
  await expect(page.getByText('Palpitations at night')).toBeVisible();
  await page.goBack();

  await own.getByRole('button', { name: 'Begin: Rohan Iyer' }).click();
  await expect(own).toContainText('In progress');
  await own.getByRole('button', { name: 'End visit: Rohan Iyer' }).click();
  const dialog = page.getByRole('dialog', { name: 'End this visit?' });
  await dialog.getByRole('button', { name: 'End visit' }).click();
  await expect(dialog).toBeHidden();
  await expect(own).toContainText('Completed');
  await expect(own.getByRole('button')).toHaveCount(0);

  await page.goto('/doctor/visits');
  await page.getByRole('tab', { name: 'Past' }).click();
  await page.getByLabel('Status').selectOption('completed');
  await expect(page.locator(`a[href="/doctor/visits/${visit.id}"]`)).toHaveText('Rohan Iyer');
});

test('moves a visit, and cancels it with a remark', async ({ doctor: page, api }) => {
  const { id } = await api.bookAndPay(PEOPLE.asha);
  const path = `/v1/appointments/${id}`;
  const { start } = await api.as<Visit>(PEOPLE.asha, 'GET', path);
  await page.goto(`/doctor/day?date=${indian(start)}`);
  await row(page, id).getByRole('link', { name: 'Move: Asha Verma' }).click();
  await page.locator('button[data-slot]').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move the visit' }).click();
  await expect(page.getByText('The visit is moved.')).toBeVisible();
  expect((await api.as<Visit>(PEOPLE.asha, 'GET', path)).start).not.toBe(start);

  await page.getByRole('button', { name: 'Cancel visit: Asha Verma' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this visit?' });
  await expect(dialog).toContainText('The patient gets the whole fee back.');
  await dialog.getByLabel('A remark for the patient').fill('The practice is closed on that day');
  await dialog.getByRole('button', { name: 'Cancel visit' }).click();
  await expect(page.getByRole('heading', { name: 'This visit is cancelled' })).toBeVisible();
  await expect(page.getByText('“The practice is closed on that day”')).toBeVisible();
});

test('says that the day is out of date when the answers stay away', async ({ doctor: page }) => {
  await page.goto('/doctor/day');
  await expect(page.getByText(/^As of /)).toBeVisible();
  await page.route('**/v1/doctors/*/day*', route => route.abort());
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText(/^This may be out of date/)).toBeVisible({ timeout: 20_000 });
});

test('writes a schedule, meets another version, and keeps its own', async ({ actor, api, request }) => {
  const doctorId = await api.doctor('Arjun');
  await putSchedule(request, doctorId, EMPTY);
  const page = await actor(PEOPLE.arjun);
  await page.goto('/doctor/schedule');
  await expect(page.getByRole('heading', { name: 'No weekly hours yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Add hours', exact: true }).click();
  const hours = page.getByRole('group', { name: 'Hours 1' });
  await expect(hours.getByLabel('Monday')).toBeFocused();
  await hours.getByLabel('From').fill('18:00');
  await hours.getByLabel('To').fill('17:00');
  await expect(page.getByText('The end is before the start', { exact: false })).toBeVisible();
  await hours.getByLabel('To').fill('20:00');
  await expect(page.getByText('The end is before the start', { exact: false })).toBeHidden();
  await expect(page.getByText('30 slots a week')).toBeVisible();

  // Without a day the hours are not sent.
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'])
    await hours.getByLabel(day).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(hours.getByText('Choose at least one day.')).toBeVisible();
  await expect(hours.getByLabel('Monday')).toBeFocused();
  await hours.getByLabel('Monday').check();
  await hours.getByLabel('Place').selectOption('clinic');
  await hours.getByLabel('Name of the clinic').fill('Indiranagar');

  await page.getByRole('button', { name: 'Add leave' }).click();
  await expect(page.getByRole('group', { name: 'Leave 1' }).getByLabel('First day')).toBeFocused();
  await page.getByRole('button', { name: 'Add a day' }).click();
  await expect(page.getByText('Day off', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The schedule is saved.', { exact: false })).toBeVisible();
  await page.reload();
  await expect(page.getByText('6 slots a week')).toBeVisible();
  await expect(hours.getByLabel('Name of the clinic')).toHaveValue('Indiranagar');

  // Another window saves another version meanwhile.
  await page.getByLabel('Days ahead').fill('21');
  await putSchedule(request, doctorId, { ...EMPTY, noticeMinutes: 60 });
  await page.getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByRole('dialog', { name: 'Another version was saved meanwhile' });
  await expect(conflict.getByRole('radio', { name: 'What you wrote 21' })).toBeChecked();
  await expect(conflict.getByRole('group', { name: 'Weekly hours' })).toContainText('Indiranagar');
  await expect(conflict.getByRole('group', { name: 'Booking closes' })).toContainText('60');
  await conflict.getByRole('button', { name: 'Keep all of mine' }).click();
  await conflict.getByRole('button', { name: 'Save my choice' }).click();
  await expect(conflict).toBeHidden();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
  const kept = await api.as<{ schedule: { horizonDays: number; rules: object[] } }>(
    PEOPLE.arjun,
    'GET',
    `/v1/doctors/${doctorId}/schedule`,
  );
  expect(kept.schedule.horizonDays).toBe(21);
  expect(kept.schedule.rules).toHaveLength(1);

  // Changes are not lost without a question.
  await page.getByLabel('Days ahead').fill('22');
  await page.getByRole('link', { name: 'Waiting list' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Waiting list' })).toBeVisible();
  await putSchedule(request, doctorId, EMPTY);
});

test('shows what the API says about a value at its field', async ({ actor, api, request }) => {
  await putSchedule(request, await api.doctor('Arjun'), EMPTY);
  const page = await actor(PEOPLE.arjun);
  await page.goto('/doctor/schedule');
  await page.getByRole('button', { name: 'Add leave' }).click();
  const last = page.getByRole('group', { name: 'Leave 1' }).getByLabel('Last day');
  await last.evaluate((field: HTMLInputElement) => field.removeAttribute('min'));
  await last.fill('2026-01-01');
  await last.evaluate((field: HTMLInputElement) => field.removeAttribute('min'));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(last).toHaveAttribute('aria-invalid', 'true');
  await expect(last).toBeFocused();
});

test('publishes single slots and withdraws one, by keyboard alone', async ({
  doctor: page,
  api,
  request,
}) => {
  await page.goto('/doctor/schedule/slots');
  const day = indian(new Date(Date.now() + 40 * 86_400_000).toISOString());
  const authorization = `Bearer ${await tokenOf(request, PEOPLE.meera)}`;
  const doctorId = await api.doctor('Meera');
  const free = async () => {
    const query = `from=${day}T00:00:00Z&to=${day}T10:00:00Z`;
    const answer = await request.get(`${API}/v1/doctors/${doctorId}/slots?${query}`, {
      headers: { authorization },
    });
    return (await answer.json()).slots as { slotId: string }[];
  };
  for (const { slotId } of await free())
    await request.delete(`${API}/v1/doctors/${doctorId}/slots/${slotId}`, { headers: { authorization } });

  await page.getByLabel('Day', { exact: true }).fill(day);
  await page.getByLabel('Start of the first slot').fill('11:00');
  await page.getByLabel('Length in minutes').focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('15');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('How many in a row')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await expect(page.getByText('2 slots published.')).toBeVisible();

  const next = page.getByRole('button', { name: 'Next month' });
  await next.focus();
  const withdraw = page.getByRole('button', { name: /^Withdraw .* 11:15 am –/ });
  await expect(async () => {
    if (!(await withdraw.isVisible())) await page.keyboard.press('Enter');
    await expect(withdraw).toBeVisible({ timeout: 2000 });
  }).toPass();
  await withdraw.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Withdraw this slot?' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(withdraw).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Withdraw' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(withdraw).toBeHidden();
  expect(await free()).toHaveLength(1);
});

test('walks through the days by keyboard', async ({ doctor: page }) => {
  await page.goto('/doctor/day');
  const field = page.locator('[name=date]');
  await expect(field).not.toHaveValue('');
  const today = await field.inputValue();
  await page.getByRole('button', { name: 'Next day' }).focus();
  await page.keyboard.press('Enter');
  await expect(field).not.toHaveValue(today);
  await expect(page.getByRole('button', { name: 'Next day' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue(today);
  await expect(page).toHaveURL(/\/doctor\/day$/);
});

test('puts a waiting patient first', async ({ doctor: page, api }) => {
  const doctorId = await api.doctor('Meera');
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const body = { doctorId, kind: 'follow_up', from: at(50), to: at(55), mode: 'video' };
  const entry = await api.as<{ id: string }>(PEOPLE.rohan, 'POST', '/v1/waitlist', body);
  await page.goto('/doctor/waiting-list');
  const card = page
    .locator('ol > li')
    .filter({ hasText: 'Rohan Iyer' })
    .filter({ hasText: 'Follow-up' })
    .last();
  await card.getByRole('button', { name: 'Mark as urgent: Rohan Iyer' }).click();
  await expect(page.getByText('Rohan Iyer comes first now.')).toBeVisible();
  await expect(page.locator('ol > li').first()).toContainText('Urgent');
  await api.as(PEOPLE.rohan, 'DELETE', `/v1/waitlist/${entry.id}`);
});

test('changes the fee', async ({ doctor: page, api }) => {
  await page.goto('/doctor/schedule/practice');
  const fee = page.getByLabel('Fee of a visit in rupees');
  const before = await fee.inputValue();
  const path = `/v1/doctors/${await api.doctor('Meera')}`;
  const saved = async () => (await api.as<{ fee: number }>(PEOPLE.meera, 'GET', path)).fee;
  for (const [text, paise] of [
    ['850.50', 85_050],
    // At once again: the page knows the version that it has saved.
    [before, Number(before) * 100],
  ] as const) {
    await fee.fill(text);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Your profile is saved.').last()).toBeVisible();
    await expect.poll(saved).toBe(paise);
  }
});

for (const [language, theme] of [
  ['en', 'light'],
  ['hi', 'dark'],
] as const)
  test(`the doctor's pages are accessible, ${language}`, async ({ actor, api, request }) => {
    test.setTimeout(180_000);
    const soon = await visitSoon(api, request, PEOPLE.asha);
    const later = await api.bookAndPay(PEOPLE.rohan);
    await api.as(PEOPLE.asha, 'POST', `/v1/appointments/${soon.id}/check-in`);
    const page = await actor(PEOPLE.meera, { language, theme });
    for (const path of [
      '/doctor/day',
      '/doctor/day?date=2030-01-01',
      '/doctor/visits',
      `/doctor/visits/${soon.id}`,
      `/doctor/visits/${later.id}/move`,
      `/doctor/visits/${soon.id}/move`,
      '/doctor/schedule/slots',
      '/doctor/schedule/practice',
      '/doctor/waiting-list',
    ]) {
      await page.goto(path);
      await sound(page, path);
    }
    await page.goto(`/doctor/visits/${later.id}`);
    await page.getByRole('button', { name: /^(Cancel visit|अपॉइंटमेंट रद्द करें)/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await sound(page, 'the cancellation');
    await page.goto('/doctor/schedule');
    await page.getByRole('button', { name: /^(Add hours|समय जोड़ें)$/ }).click();
    await page.getByRole('button', { name: /^(Add leave|छुट्टी जोड़ें)$/ }).click();
    await page.getByRole('button', { name: /^(Block some hours|कुछ घंटे बंद करें)$/ }).click();
    await page.getByRole('button', { name: /^(Add a day|दिन जोड़ें)$/ }).click();
    await page.getByRole('button', { name: /^(Add hours on this day|इस दिन का समय जोड़ें)$/ }).click();
    await sound(page, 'a schedule being written');
    await page.getByRole('button', { name: /^(Discard changes|बदलाव छोड़ें)$/ }).click();
    await api.as(PEOPLE.meera, 'POST', `/v1/appointments/${soon.id}/begin`);
    await api.as(PEOPLE.meera, 'POST', `/v1/appointments/${soon.id}/complete`);
  });
