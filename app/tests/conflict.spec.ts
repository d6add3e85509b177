import { type Api, expect, PEOPLE, test } from './actors.ts';
import { sound } from './check.ts';

interface Me {
  address?: { street?: string };
  phone?: string;
}

const me = (api: Api) => api.as<Me>(PEOPLE.asha, 'GET', '/v1/me');

test('two windows change one profile: both versions are shown, and the choice is saved', async ({
  patient: page,
  actor,
  api,
}) => {
  await page.goto('/profile');
  const address = page.getByLabel('House and street');
  await expect(address).toBeVisible();
  const other = await actor(PEOPLE.asha, { language: 'hi', theme: 'dark' });
  await other.goto('/profile');
  const phone = `+91 98${String(Date.now()).slice(-8)}`;
  await other.locator('[name="address/street"]').fill(`1 Residency Road ${phone}`);
  await other.locator('[name=phone]').fill(phone);
  await other.locator('form button[type=submit]').first().click();
  await expect(other.getByText('आपकी प्रोफ़ाइल सहेज ली गई है।')).toBeVisible();

  await address.fill(`2 MG Road ${phone}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Another version was saved meanwhile' });
  const written = dialog.getByRole('group', { name: 'Postal address' });
  const untouched = dialog.getByRole('group', { name: 'Telephone number' });
  await expect(dialog.getByRole('group')).toHaveCount(2);
  await expect(written.getByRole('radio', { name: `What you wrote 2 MG Road ${phone}` })).toBeChecked();
  await expect(written.getByRole('radio', { name: 'What is saved now 1 Residency Road' })).not.toBeChecked();
  // What only the other window has changed is not undone.
  await expect(untouched.getByRole('radio', { name: 'What is saved now' })).toBeChecked();
  await sound(page, 'a conflict');

  // Back in the form everything is as it was.
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
  await expect(address).toHaveValue(`2 MG Road ${phone}`);
  expect((await me(api)).address?.street).toBe(`1 Residency Road ${phone}`);

  // By keyboard alone: a group's arrows choose, and Enter saves.
  await page.keyboard.press('Enter');
  await written.getByRole('radio', { name: 'What you wrote' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('button', { name: 'Show the saved version' })).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await dialog.getByRole('button', { name: 'Save my choice' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
  await expect(page.getByLabel('Telephone number')).toHaveValue(/98/);
  await expect(address).toHaveValue(`2 MG Road ${phone}`);
  expect((await me(api)).address?.street).toBe(`2 MG Road ${phone}`);
  expect((await me(api)).phone?.replaceAll(' ', '')).toBe(phone.replaceAll(' ', ''));

  // The other window takes what is saved, and nothing is sent.
  await other.locator('[name="address/street"]').fill('3 Church Street');
  await other.locator('form button[type=submit]').first().click();
  const theirs = other.getByRole('dialog', { name: 'इस बीच यह जानकारी बदल गई है' });
  await sound(other, 'a conflict in Hindi');
  await theirs.getByRole('button', { name: 'सहेजा हुआ सब लें' }).click();
  await theirs.getByRole('button', { name: 'सहेजा हुआ संस्करण दिखाएँ' }).click();
  await expect(other.locator('[name="address/street"]')).toHaveValue(`2 MG Road ${phone}`);
  await expect(other.locator('form button[type=submit]').first()).toBeFocused();
});

test('a doctor and an administrator change the same data', async ({ administrator, actor, api }) => {
  const id = await api.doctor('Arjun');
  const doctor = await actor(PEOPLE.arjun);
  await doctor.goto('/doctor/schedule/practice');
  const limit = doctor.getByLabel('Most visits a day');
  await expect(limit).toBeVisible();
  await administrator.goto(`/admin/doctors/${id}/edit`);
  const fee = administrator.getByLabel('Fee in rupees').first();
  const before = await fee.inputValue();
  await fee.fill('1234');

  await limit.fill('17');
  await doctor.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(doctor.getByText('Your profile is saved.')).toBeVisible();

  await administrator.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = administrator.getByRole('dialog', { name: 'Another version was saved meanwhile' });
  await expect(dialog.getByRole('group')).toHaveCount(2);
  await expect(dialog.getByRole('radio', { name: 'What you wrote ₹1,234' })).toBeChecked();
  await expect(dialog.getByRole('radio', { name: 'What is saved now 17' })).toBeChecked();
  await dialog.getByRole('button', { name: 'Save my choice' }).click();
  await expect(administrator.getByText('The doctor is changed.')).toBeVisible();
  const path = `/v1/doctors/${id}`;
  const saved = await api.as<{ fee: number; terms: { dailyLimit?: number } }>(PEOPLE.kavita, 'GET', path);
  expect([saved.fee, saved.terms.dailyLimit]).toEqual([123_400, 17]);

  // The doctor's page meets that version, keeps the old fee by choice, and has no limit any more.
  await limit.fill('');
  await doctor.getByLabel('Fee of a visit in rupees').fill(before);
  await doctor.getByRole('button', { name: 'Save', exact: true }).click();
  const theirs = doctor.getByRole('dialog', { name: 'Another version was saved meanwhile' });
  await expect(theirs.getByRole('radio', { name: 'What you wrote Empty' })).toBeChecked();
  await theirs.getByRole('button', { name: 'Keep all of mine' }).click();
  await theirs.getByRole('button', { name: 'Save my choice' }).click();
  await expect(theirs).toBeHidden();
  await expect
    .poll(async () => (await api.as<{ fee: number }>(PEOPLE.kavita, 'GET', path)).fee)
    .toBe(Number(before) * 100);
});
