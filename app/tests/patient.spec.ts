import type { Page } from '@playwright/test';
import { API, MAILBOX } from '../playwright.config.ts';
import { expect, fillLogin, PEOPLE, secondPasses, stackTime, test } from './actors.ts';
import { accessible } from './check.ts';
import { totp } from './totp.ts';

/** A doctor's page, from the search. */
async function open(page: Page, doctor: string) {
  await page.goto('/doctors');
  await page.getByLabel('Doctor’s name').fill(doctor);
  await page.getByRole('link', { name: new RegExp(doctor) }).click();
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(doctor) })).toBeVisible();
}

const slots = (page: Page) => page.locator('button[data-slot]');

/** The latest day that the calendar offers, so that nothing is about to begin. */
async function lateSlot(page: Page) {
  await expect(slots(page).first()).toBeVisible();
  await page
    .locator('[role=gridcell] [role=button]:not([data-unavailable]):not([data-disabled])')
    .last()
    .click();
  return slots(page).last();
}

async function payByUpi(page: Page) {
  await page.frameLocator('iframe').getByRole('button', { name: /UPI/ }).click();
}

test('signs up, confirms the address and signs in', async ({ visitor, request }) => {
  const page = await visitor();
  await page.getByRole('link', { name: 'Create an account' }).first().click();
  const email = `n.o'connell+${Date.now()}@example.com`;
  await page.getByLabel('Name').fill('Nora O’Connell');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill('Long-enough-2026');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page.getByRole('heading', { name: 'Confirm your e-mail address' })).toBeVisible();

  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(page.getByLabel('Code')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Code')).toBeFocused();

  // The first code is lost: another one is sent.
  await page.getByRole('button', { name: 'Send the code again' }).click();
  await expect(page.getByText('a new code is on its way')).toBeVisible();

  const mailbox = await (await request.get(MAILBOX)).text();
  const link = /href="([^"]*)"[^>]*>[^<]*(?:code|confirm|verif)/i.exec(mailbox)?.[1] ?? '';
  const mail = await (await request.get(new URL(link, MAILBOX).href)).text();
  const code = /\b\d{6}\b/.exec(mail.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<[^>]*>/g, ' '))?.[0];
  await page.getByLabel('Code').fill(code ?? '');
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Your account is ready' }).first()).toBeVisible();
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  await fillLogin(page, email, 'Long-enough-2026');
  await expect(page.getByRole('heading', { name: 'My visits' })).toBeVisible();

  // Another password: the old one is asked for, and the person is signed out and in again.
  await page.goto('/security');
  await page.getByLabel('Present password').fill('Wrong-password-1');
  await page.getByLabel('New password').fill('Another-long-2027');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByLabel('Present password')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Present password')).toBeFocused();
  await page.getByLabel('Present password').fill('Long-enough-2026');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.waitForURL(/\/signed-out/);
  await secondPasses(page);
  await page
    .locator('main')
    .getByRole('button', { name: /^Sign in/ })
    .click();
  await fillLogin(page, email, 'Another-long-2027');
  await expect(page.getByRole('heading', { name: 'My visits' })).toBeVisible();

  // An authenticator app: its code is asked for at the next sign-in, and a recovery code removes it.
  await page.goto('/security');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const factor = page.locator('section', { hasText: 'Authenticator app' });
  await factor.getByLabel('Present password').fill('Another-long-2027');
  await factor.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
  const secret = (await factor.locator('code').textContent()) ?? '';
  await page.getByLabel('Code of the new app').fill('000000');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByLabel('Code of the new app')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Code of the new app').fill(totp(secret, await stackTime(request)));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' }).first()).toBeVisible();
  const recovery = await page.getByRole('main').getByRole('listitem').allInnerTexts();
  expect(recovery).toHaveLength(10);
  await accessible(page, 'recovery codes');
  await page.getByRole('button', { name: /sign in again/ }).click();
  await page.waitForURL(/\/signed-out/);
  await secondPasses(page);
  await page
    .locator('main')
    .getByRole('button', { name: /^Sign in/ })
    .click();
  await fillLogin(page, email, 'Another-long-2027');
  await page.getByLabel(/code/i).fill(totp(secret, (await stackTime(request)) + 30_000));
  await page.locator('[type=submit]').click();
  await expect(page.getByRole('heading', { name: 'My visits' })).toBeVisible();

  await page.goto('/recover');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill('Another-long-2027');
  await page.getByLabel('Recovery code').fill('0000-0000-0000-0000');
  await page.getByRole('button', { name: 'Remove the app' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('recovery code is wrong');
  await page.getByLabel('Recovery code').fill((recovery[0] ?? '').toLowerCase());
  await page.getByRole('button', { name: 'Remove the app' }).click();
  await expect(page.getByRole('heading', { name: 'The app is removed' }).first()).toBeVisible();
});

test('finds a doctor by a word of the name, a speciality by another word, and learns when there is none', async ({
  patient: page,
}) => {
  await page.goto('/doctors');
  await expect(page.getByRole('status').filter({ hasText: '2 doctors' })).toBeVisible();
  await page.getByLabel('Doctor’s name').fill('krishnan');
  await expect(page.getByRole('status').filter({ hasText: '1 doctor' })).toBeVisible();
  await page.getByLabel('Doctor’s name').fill('zzzz');
  await expect(page.getByRole('heading', { name: 'No doctor found' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  const speciality = page.getByRole('combobox', { name: 'Speciality' });
  await speciality.fill('heart');
  await page.getByRole('option', { name: 'Cardiology' }).click();
  await expect(page.getByRole('link', { name: 'Dr. Meera Krishnan' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Dr. Arjun Rao' })).toHaveCount(0);
  // What was searched for is not in the address, and is still there on the way back.
  expect(new URL(page.url()).search).toBe('');
  await page.getByRole('link', { name: 'Dr. Meera Krishnan' }).click();
  await page.getByRole('link', { name: 'Find a doctor' }).last().click();
  await expect(page.getByRole('combobox', { name: 'Speciality' })).toHaveValue('Cardiology');
});

test('books a visit, pays, sees it confirmed, moves it, and cancels it with the refund told before', async ({
  patient: page,
  api,
}) => {
  await open(page, 'Meera Krishnan');
  await (await lateSlot(page)).click();
  await page.getByLabel(/What is it about/).fill('A check of the blood pressure');
  await page.getByRole('button', { name: 'Hold this time' }).click();
  await expect(page.getByRole('heading', { name: 'This time is held for you' })).toBeVisible();
  await expect(page.getByRole('timer')).toHaveText(/^(9|10):\d\d$/);
  await page.getByRole('button', { name: 'I need more time' }).click();
  await expect(page.getByRole('alert').or(page.getByText('You have more time to pay.'))).toBeVisible();

  await page.getByRole('link', { name: /Pay ₹800/ }).click();
  await payByUpi(page);
  await expect(page.getByRole('heading', { name: 'Your visit is booked' })).toBeVisible();
  await expect(page.getByText('Payment received. The visit is booked.')).toBeVisible();
  await expect(page.getByText('A check of the blood pressure')).toBeVisible();
  const id = page.url().split('/').at(-1) ?? '';

  const invitation = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Add to calendar' }).click();
  expect((await invitation).suggestedFilename()).toBe('visit.ics');

  await page.getByRole('link', { name: 'Move', exact: true }).click();
  // Late again: a cancellation within a day of the visit brings back less.
  await (await lateSlot(page)).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move the visit' }).click();
  await expect(page.getByText('Moved 1 time', { exact: true })).toBeVisible();

  await page.getByRole('link', { name: 'Receipt and payment' }).click();
  await expect(page.getByText(/^VAI\//)).toBeVisible();
  const receipt = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as PDF' }).click();
  expect((await receipt).suggestedFilename()).toBe('receipt.pdf');

  await page.getByRole('link', { name: 'Go to the visit' }).click();
  await page.getByRole('button', { name: 'Cancel the visit' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('the whole fee of ₹800 comes back to you')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(page.getByRole('heading', { name: 'The visit is cancelled.' })).toBeVisible();
  const { status } = await api.as<{ status: string }>(PEOPLE.asha, 'GET', `/v1/appointments/${id}`);
  expect(status).toBe('cancelled');

  await page.goto('/payments');
  await expect(page.getByText('Refunded').first()).toBeVisible();
  await page.goto('/visits');
  await page.getByRole('tab', { name: 'Past' }).click();
  await expect(page.getByText('Cancelled').first()).toBeVisible();
});

test('a declined payment leaves the hold, and the next try pays', async ({ patient: page, api }) => {
  const visit = await api.book(PEOPLE.asha);
  await page.goto(`/visits/${visit.id}`);
  await page.getByRole('link', { name: /^Pay ₹/ }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: /declines/ }).click();
  await frame.getByRole('link', { name: /ways to pay/ }).click();
  await payByUpi(page);
  await expect(page.getByRole('heading', { name: 'Your visit is booked' })).toBeVisible();
  await api.cancel(PEOPLE.asha, visit.id);
});

test('two browsers race for one slot: one holds it, the other is shown what is still free', async ({
  actor,
  api,
}) => {
  const doctorId = await api.doctor('Arjun');
  const slot = (await api.freeSlots(doctorId)).at(-2);
  const path = `/doctors/${doctorId}/book/${slot?.slotId}`;
  const asha = await actor(PEOPLE.asha);
  const rohan = await actor(PEOPLE.rohan);
  for (const page of [asha, rohan]) {
    await page.goto(path);
    await page.getByLabel(/What is it about/).fill('A sore throat');
  }
  await Promise.all([asha, rohan].map(page => page.getByRole('button', { name: 'Hold this time' }).click()));
  const held = (page: Page) => page.getByRole('heading', { name: 'This time is held for you' });
  const lost = (page: Page) => page.getByRole('heading', { name: 'Someone else was a moment faster' });
  for (const page of [asha, rohan]) await expect(held(page).or(lost(page))).toBeVisible();
  const [winner, loser] = (await held(asha).isVisible()) ? [asha, rohan] : [rohan, asha];
  await expect(held(winner)).toBeVisible();
  await expect(lost(loser)).toBeVisible();
  // The focus is on the alternatives, and what was typed is still there.
  await expect(loser.getByRole('alert').filter({ has: lost(loser) })).toBeFocused();
  await expect(loser.getByLabel(/What is it about/)).toHaveValue('A sore throat');
  await loser.getByRole('alert').locator('button[data-slot]').first().click();
  await loser.getByRole('button', { name: 'Hold this time' }).click();
  await expect(held(loser)).toBeVisible();
  for (const page of [winner, loser]) {
    await page.getByRole('button', { name: 'Release the time' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the visit' }).click();
    await expect(page.getByRole('heading', { name: 'The visit is cancelled.' })).toBeVisible();
  }
});

test('a connection that breaks at the booking makes one visit, and says that it is offline', async ({
  patient: page,
  api,
}) => {
  const doctorId = await api.doctor('Meera');
  const slot = (await api.freeSlots(doctorId)).at(-3);
  await page.goto(`/doctors/${doctorId}/book/${slot?.slotId}`);
  await page.getByLabel(/What is it about/).fill('Palpitations');
  const keys: string[] = [];
  // The request arrives, and its answer is lost: the worst case for a booking.
  await page.route('**/v1/appointments', async route => {
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (keys.length === 1) {
      await route.fetch();
      return route.abort('connectionreset');
    }
    return route.fallback();
  });
  await page.getByRole('button', { name: 'Hold this time' }).click();
  await expect(page.getByRole('heading', { name: 'This time is held for you' })).toBeVisible();
  expect(keys.length).toBe(2);
  expect(new Set(keys).size).toBe(1);

  await page.context().setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  await page.getByRole('button', { name: 'Release the time' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Check your connection');
  await page.context().setOffline(false);
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(page.getByRole('heading', { name: 'The visit is cancelled.' })).toBeVisible();
});

test('books with the keyboard alone', async ({ patient: page, api }) => {
  await page.goto('/doctors');
  await expect(page.getByRole('link', { name: 'Dr. Arjun Rao' })).toBeVisible();
  const tabTo = async (what: () => Promise<boolean>) => {
    for (let presses = 0; presses < 60; presses++) {
      if (await what()) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('the keyboard does not get there');
  };
  const focused = (selector: string) => () =>
    page.evaluate(s => document.activeElement?.matches(s) ?? false, selector);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(() => page.evaluate(() => document.activeElement?.textContent === 'Dr. Arjun Rao'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Dr. Arjun Rao' })).toBeFocused();
  await expect(slots(page).first()).toBeVisible();
  await tabTo(focused('[role=gridcell] [role=button]'));
  await page.keyboard.press('ArrowRight');
  await tabTo(focused('button[data-slot]'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: /Book a visit/ })).toBeFocused();
  await tabTo(focused('textarea'));
  await page.keyboard.type('Fever');
  await tabTo(focused('button[type=submit]'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'This time is held for you' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: /Visit with/ })).toBeFocused();
  await api.cancel(PEOPLE.asha, page.url().split('/').at(-1) ?? '');
});

test('waits for a doctor, takes a time that is released', async ({ actor, api, request }) => {
  // Rohan has a visit; Asha waits for the doctor; Rohan cancels; the time is offered to Asha.
  const visit = await api.bookAndPay(PEOPLE.rohan, 'Arjun');
  const page = await actor(PEOPLE.asha);
  const doctorId = await api.doctor('Arjun');
  await page.goto(`/doctors/${doctorId}`);
  await expect(slots(page).first()).toBeVisible();
  await page.getByRole('button', { name: 'Next month' }).click();
  await page.getByRole('link', { name: 'Wait for a free time' }).click();
  await page.getByRole('button', { name: 'Join the waiting list' }).click();
  await expect(page.getByRole('heading', { level: 3, name: 'Dr. Arjun Rao' }).first()).toBeVisible();
  await api.cancel(PEOPLE.rohan, visit.id);
  await request.get(`${API}/health`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: 'Take this time' })).toBeVisible({ timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByRole('timer')).toHaveText(/^(29|30):\d\d$/);
  await page.getByRole('button', { name: 'Take this time' }).click();
  await expect(page.getByRole('heading', { name: 'This time is held for you' })).toBeVisible();
  await api.cancel(PEOPLE.asha, page.url().split('/').at(-1) ?? '');
});

test('leaves a waiting list', async ({ patient: page }) => {
  await page.goto('/waiting-lists/join');
  // What is missing is told at its field, and nothing is sent.
  const speciality = page.getByRole('combobox', { name: 'Speciality' });
  await expect(speciality).toBeVisible();
  await page.getByRole('button', { name: 'Join the waiting list' }).click();
  await expect(speciality).toBeFocused();
  await speciality.fill('heart');
  await page.getByRole('option', { name: 'Cardiology' }).click();
  await page.getByRole('button', { name: 'Join the waiting list' }).click();
  await expect(page.getByRole('heading', { name: 'Any doctor of Cardiology' })).toBeVisible();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Any doctor of Cardiology' })
    .getByRole('button', { name: 'Leave the list' })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave the list' }).click();
  await expect(page.getByText('You have left the waiting list.')).toBeVisible();
});

test('books several visits and cancels them together', async ({ patient: page, api }) => {
  const doctorId = await api.doctor('Meera');
  await page.goto(`/doctors/${doctorId}/series`);
  await expect(slots(page).first()).toBeVisible();
  await slots(page).first().click();
  await page.getByLabel('Number of visits').selectOption('2');
  await page.getByRole('button', { name: /Book (all 2 visits|the 2 free ones)/ }).click();
  await expect(page.getByRole('heading', { name: 'The visits of the series' })).toBeVisible();
  await expect(page.getByText('Awaiting payment')).toHaveCount(2);
  await page.getByRole('button', { name: 'Cancel the series' }).click();
  await expect(page.getByRole('dialog').getByText('2 visits will be cancelled.')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the series' }).click();
  await expect(page.getByText('Cancelled')).toHaveCount(2);
});

test('changes the profile; a wrong value gets the focus', async ({ patient: page }) => {
  await page.goto('/profile');
  const phone = page.getByLabel('Telephone number');
  await phone.fill('12');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(phone).toBeFocused();
  await expect(phone).toHaveAttribute('aria-invalid', 'true');
  await phone.fill('+91 98765 43210');
  await page.getByLabel('PIN or postal code').fill('12');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByLabel('PIN or postal code')).toBeFocused();
  await page.getByLabel('PIN or postal code').fill('560 001');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  await expect(page.getByLabel('PIN or postal code')).toHaveValue('560 001');
});

test('names whom to call, and the doctor of the visit sees it', async ({ patient: page, actor, api }) => {
  const visit = await api.bookAndPay(PEOPLE.asha);
  await page.goto('/profile');
  const contacts = page.locator('section', {
    has: page.getByRole('heading', { name: 'Emergency contacts' }),
  });
  while (await contacts.getByRole('button', { name: /^Remove contact/ }).count())
    await contacts.getByRole('button', { name: 'Remove contact 1' }).click();
  await contacts.getByRole('button', { name: 'Add a contact' }).click();
  const first = contacts.getByRole('group', { name: 'Contact 1' });
  await first.getByLabel('Name').fill('Ravi Verma');
  await first.getByLabel('What they are to you').fill('husband');
  await first.getByLabel('Telephone number').fill('12');
  await contacts.getByRole('button', { name: 'Save the contacts' }).click();
  await expect(first.getByLabel('Telephone number')).toBeFocused();
  await first.getByLabel('Telephone number').fill('098765 43299');
  await contacts.getByRole('button', { name: 'Save the contacts' }).click();
  await expect(page.getByText('Your emergency contacts are saved.')).toBeVisible();
  const doctor = await actor(PEOPLE.meera);
  await doctor.goto(`/doctor/visits/${visit.id}`);
  await expect(doctor.getByText('Ravi Verma (husband)')).toBeVisible();
  await expect(doctor.getByRole('link', { name: 'Call Ravi Verma' })).toHaveAttribute(
    'href',
    'tel:+919876543299',
  );
});

test('chooses the language and no reminders', async ({ actor }) => {
  const page = await actor(PEOPLE.rohan);
  await page.goto('/profile');
  await page.getByLabel('Reminders of visits').selectOption('none');
  await page.getByRole('button', { name: 'Save the preferences' }).click();
  await expect(page.getByText('Your preferences are saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Reminders of visits')).toHaveValue('none');
});

test('sees who has seen the data', async ({ patient: page, api }) => {
  const visit = await api.bookAndPay(PEOPLE.asha);
  await api.as(PEOPLE.meera, 'GET', `/v1/appointments/${visit.id}`);
  await expect(async () => {
    await page.goto('/accesses');
    await expect(page.getByText('Meera Krishnan').first()).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 30_000 });
  await page.getByLabel('Show my own accesses too').check();
  await expect(page.getByText('You', { exact: true }).first()).toBeVisible();
  await api.cancel(PEOPLE.asha, visit.id);
});

test('makes and ends the calendar subscription', async ({ patient: page, request }) => {
  await page.goto('/visits');
  await page.getByRole('button', { name: 'Make an address' }).click();
  const address = await page.locator('code').textContent();
  expect((await request.get(address ?? '')).status()).toBe(200);
  await page.getByRole('button', { name: 'End the subscription' }).click();
  await expect(page.getByText('The address does not work any more.')).toBeVisible();
  expect((await request.get(address ?? '')).status()).toBe(404);
});

test('tells the doctor symptoms and notes, and the doctor reads them', async ({
  patient: page,
  actor,
  api,
}) => {
  const visit = await api.bookAndPay(PEOPLE.asha, 'Meera');
  await page.goto(`/visits/${visit.id}`);
  await page.getByRole('link', { name: /^(Tell the doctor|Change)$/ }).click();
  await page.getByLabel('Reason').fill('Palpitations');
  await page.getByLabel('Symptoms').fill('  racing heart\n\nshort of breath ');
  await page.getByLabel('Notes').fill('I take thyroxine.');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('It is saved.')).toBeVisible();
  await expect(page.getByText('racing heart')).toBeVisible();

  const doctor = await actor(PEOPLE.meera);
  await doctor.goto(`/doctor/visits/${visit.id}`);
  await expect(doctor.getByText('racing heart and short of breath')).toBeVisible();
  await expect(doctor.getByText('I take thyroxine.')).toBeVisible();

  // Too many symptoms: the API's word stands at the field, and nothing is lost.
  await page.getByRole('link', { name: 'Change', exact: true }).click();
  await page.getByLabel('Symptoms').fill(Array.from({ length: 21 }, (_, n) => `symptom ${n}`).join('\n'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByLabel('Symptoms')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Notes')).toHaveValue('I take thyroxine.');
});
