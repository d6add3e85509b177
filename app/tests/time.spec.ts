import { expect, PEOPLE, test } from './actors.ts';
import { sound } from './check.ts';
import { visitSoon } from './visits.ts';

// The file is the last one by its name: it moves the clock, which never goes back.
test('a doctor and an administrator record what became of visits that nobody joined', async ({
  doctor: page,
  actor,
  api,
  request,
}) => {
  const first = await visitSoon(api, request, PEOPLE.asha);
  const second = await visitSoon(api, request, PEOPLE.rohan);
  const admin = await actor(PEOPLE.kavita, { language: 'hi', theme: 'dark' });
  const last = Math.max(Date.parse(first.end), Date.parse(second.end));

  // Until a quarter of an hour after the end the visit may still take place.
  await api.wait(Math.ceil((last - (await api.now())) / 60_000) + 1);
  await page.goto(`/doctor/visits/${first.id}`);
  await expect(page.getByText('The outcome can be recorded from', { exact: false })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Record the outcome/ })).toBeHidden();

  await api.wait(15);
  await page.reload();
  await page.getByRole('button', { name: /^Record the outcome/ }).click();
  const dialog = page.getByRole('dialog', { name: 'What happened at this visit?' });
  const record = dialog.getByRole('button', { name: 'Record the outcome' });
  await expect(record).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('I was not there').check();
  await sound(page, 'an outcome');
  await record.click();
  await expect(page.getByText('The outcome is recorded.')).toBeVisible();
  await expect(page.getByText('You were not there. The fee goes back to the patient.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Record the outcome/ })).toBeHidden();

  await admin.goto(`/admin/visits/${second.id}`);
  await admin.getByRole('button', { name: 'परिणाम दर्ज करें' }).click();
  await admin.getByRole('dialog').getByRole('radio').nth(1).check();
  await sound(admin, 'an outcome in Hindi');
  await admin.getByRole('dialog').getByRole('button', { name: 'दर्ज करें' }).click();
  await expect(admin.getByText('परिणाम दर्ज हो गया')).toBeVisible();

  const view = (id: string) =>
    api.as<{ status: string; absent?: string }>(PEOPLE.kavita, 'GET', `/v1/appointments/${id}`);
  expect(await view(first.id)).toMatchObject({ status: 'no_show', absent: 'doctor' });
  expect(await view(second.id)).toMatchObject({ status: 'no_show', absent: 'patient' });
});
