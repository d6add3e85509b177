import type { Page } from '@playwright/test';
import { type Api, expect, PEOPLE, test } from './actors.ts';
import { sound } from './check.ts';

/** Words of a policy that a browser has refused something by; nothing may be here at the end of a test. */
async function watchPolicy(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(window, { refused });
    document.addEventListener('securitypolicyviolation', event =>
      refused.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return () => page.evaluate(() => (window as unknown as { refused?: string[] }).refused ?? []);
}

test.describe.configure({ timeout: 150_000 });
test.use({ actionTimeout: 30_000 });

const unique = () => `${Date.now()}`.slice(-9);

/** Registers a doctor who has free times on the days after tomorrow. */
async function aDoctor(api: Api): Promise<{ id: string; name: string; slots: string[] }> {
  const name = `Tara ${word()}`;
  const { id } = await api.as<{ id: string }>(PEOPLE.kavita, 'POST', '/v1/doctors', {
    email: `tara.${unique()}@example.com`,
    name,
    registrationNumber: `KMC-${unique()}`,
    qualification: 'MBBS',
    specialities: ['dermatology'],
    languages: ['hi'],
    fee: 60_000,
    zone: 'Asia/Kolkata',
  });
  const start = new Date(Date.now() + 3 * 86_400_000);
  start.setUTCHours(5, 0, 0, 0);
  const end = new Date(start.getTime() + 20 * 60_000);
  await api.as(PEOPLE.kavita, 'POST', `/v1/doctors/${id}/slots`, {
    slots: [{ start: start.toISOString(), end: end.toISOString() }],
  });
  return {
    id,
    name,
    slots: [
      start
        .toISOString()
        .replace(/[-:]/g, '')
        .replace(/00\.000Z$/, 'Z'),
    ],
  };
}

/** A name that no other doctor has, of letters. */
function word(): string {
  return `Q${unique().replace(/\d/g, digit => 'aeioubdgkm'[Number(digit)] ?? 'a')}`;
}

test('registers a doctor with the keyboard alone, sees refusals at the fields, and changes the fee', async ({
  administrator: page,
}) => {
  const refused = await watchPolicy(page);
  const name = `Nila ${word()}`;
  await page.goto('/admin/doctors');
  await page.getByRole('link', { name: 'Register a doctor' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Register a doctor' })).toBeFocused();

  const type = async (label: string, text: string) => {
    await page.getByLabel(label, { exact: true }).focus();
    await page.keyboard.type(text);
  };
  await type('Name', name);
  await type('E-mail address', `nila.${unique()}@example.com`);
  await type('Registration number', `KMC-${unique()}`);
  await type('Qualification', 'MBBS, MD (Dermatology)');
  await type('About the doctor', 'Skin, hair and nails.');
  await type('Fee in rupees', '5 hundred');
  // A list of choices, by arrows: opening, choosing, and a second one that becomes the main one.
  await page.getByRole('combobox', { name: 'Add: Specialities' }).focus();
  await page.keyboard.type('cardio');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove Cardiology' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Add: Specialities' }).focus();
  await page.keyboard.type('derma');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Make Dermatology the main one' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Register' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Choose at least one.')).toBeVisible();
  await expect(page.getByText('An amount in rupees, such as 500 or 499.50.')).toBeVisible();

  await page.getByRole('combobox', { name: 'Add: Languages' }).focus();
  await page.keyboard.type('hin');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByLabel('Fee in rupees').fill('499.50');
  await page.getByLabel('A reduced fee for follow-ups').check();
  await page.getByLabel('Fee in rupees').nth(1).fill('0.50');
  await page.getByRole('button', { name: 'Register' }).click();
  // The API's own word on a fee below a rupee stands at its field.
  await expect(page.locator('[name="terms/followUp/fee"]')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('[name="terms/followUp/fee"]')).toBeFocused();
  await page.locator('[name="terms/followUp/fee"]').fill('200');
  await page.getByRole('button', { name: 'Register' }).click();
  await expect(page.getByRole('heading', { level: 1, name: `Dr. ${name}` })).toBeVisible();
  await expect(page.getByText('₹499.50')).toBeVisible();
  await expect(page.getByText('Skin, hair and nails.')).toBeVisible();
  await expect(page.getByText('₹200 within 7 days')).toBeVisible();
  await expect(page.getByText('Dermatology and Cardiology')).toBeVisible();

  // Two windows change the same doctor: the second one is told, and loses nothing before it wants to.
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('Fee in rupees').first()).toHaveValue('499.50');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel('Fee in rupees').first().fill('550');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('₹550')).toBeVisible();
  await other.close();
  await page.getByLabel('Qualification').fill('MBBS, MD, DNB');
  await page.getByRole('button', { name: 'Save' }).click();
  // Its own words and the other window's fee are saved together.
  const conflict = page.getByRole('dialog', { name: 'Another version was saved meanwhile' });
  await expect(conflict.getByRole('radio', { name: 'What you wrote MBBS, MD, DNB' })).toBeChecked();
  await expect(conflict.getByRole('radio', { name: 'What is saved now ₹550' })).toBeChecked();
  await conflict.getByRole('button', { name: 'Save my choice' }).click();
  await expect(page.getByText('MBBS, MD, DNB')).toBeVisible();
  await expect(page.getByText('₹550')).toBeVisible();

  // Suspended again, so that other tests find the doctors of the demo.
  await page.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('There is no visit ahead.')).toBeVisible();
  await page.getByLabel('Reason').fill('A test is over.');
  await page.getByRole('button', { name: 'Suspend the doctor' }).click();
  await expect(page.getByText(/^Suspended on/)).toBeVisible();
  expect(await refused()).toEqual([]);
});

test('suspends a doctor, which cancels the visit ahead and pays it back, and reinstates the doctor', async ({
  administrator: page,
  api,
}) => {
  const doctor = await aDoctor(api);
  const visit = await api.bookAndPay(PEOPLE.asha, doctor.name.split(' ')[1]);
  await page.goto('/admin/doctors');
  await page.getByLabel('Name or id').fill(doctor.name);
  await page.getByRole('link', { name: new RegExp(doctor.name) }).click();
  await page.getByRole('button', { name: 'Suspend' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('1 visit ahead will be cancelled.')).toBeVisible();
  // Nothing happens without a reason, and Escape leaves everything as it is.
  await dialog.getByRole('button', { name: 'Suspend the doctor' }).click();
  await expect(dialog.getByLabel('Reason')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Suspend' })).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Reason').fill('The registration has lapsed.');
  await dialog.getByRole('button', { name: 'Suspend the doctor' }).click();
  await expect(page.getByText(/^Suspended on/)).toBeVisible();

  // The visit and its payment tell the rest a moment later.
  await expect(async () => {
    await page.goto(`/admin/visits/${visit.id}`);
    await expect(page.getByText('Cancelled because the doctor was suspended')).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Payment', exact: true }).click();
  await expect(page.getByText('The doctor was suspended').first()).toBeVisible();
  await expect(page.getByText('Refunded', { exact: true })).toBeVisible();
  // Found by the id, and in the list of suspended doctors with the reason.
  await page.goto('/admin/doctors');
  await page.getByLabel('Name or id').fill(doctor.id);
  await expect(page.getByRole('link', { name: 'Open the doctor with this id' })).toBeVisible();
  await page.getByLabel('Name or id').fill('');
  await page.getByRole('link', { name: 'Suspended doctors' }).click();
  const row = page.getByRole('row').filter({ hasText: doctor.name });
  await expect(row.getByText('The registration has lapsed.')).toBeVisible();
  await row.getByRole('link').click();
  await expect(page.getByText(/^Suspended on/)).toBeVisible();
  await page.getByRole('button', { name: 'Reinstate' }).click();
  await dialog.getByRole('button', { name: 'Reinstate the doctor' }).click();
  await expect(page.getByText('Can be booked')).toBeVisible();
  await page.goto(`/admin/visits/${visit.id}`);
  await expect(page.getByText('Cancelled because the doctor was suspended')).toBeVisible();
  // Suspended again, so that other tests find the doctors of the demo.
  const reason = 'The registration has lapsed.';
  await api.as(PEOPLE.kavita, 'POST', `/v1/doctors/${doctor.id}/suspend`, { reason });
});

test('finds the visits of a doctor, moves one and cancels it after a preview', async ({
  administrator: page,
  api,
}) => {
  const visit = await api.bookAndPay(PEOPLE.rohan, 'Arjun');
  await page.goto('/admin/visits');
  await page.getByLabel('Name or id').fill('arj');
  await page.getByRole('button', { name: /Arjun Rao/ }).click();
  await page.getByLabel('Status').selectOption('confirmed');
  // The list lags a moment behind; its filters are in the address, so that it can be read again.
  const link = page.locator(`a[href="/admin/visits/${visit.id}"]`);
  await expect(async () => {
    await page.reload();
    await expect(link).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 60_000 });
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: /Arjun Rao/ })).toBeVisible();

  await page.getByRole('link', { name: 'Move' }).click();
  await page.locator('button[data-slot]').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move the visit' }).click();
  await expect(page.getByText('The visit is moved, and both sides are told.')).toBeVisible();

  // Its outcome is refused by the API while it is ahead; the page offers it once the visit is over.
  await expect(page.getByRole('button', { name: 'Record the outcome' })).toBeHidden();
  await page.getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(page.getByText('The patient gets back ₹500 of ₹500.')).toBeVisible();
  await page.getByLabel('Remark').fill('The clinic is closed.');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the visit' }).click();
  await expect(page.getByText('The visit is cancelled, and ₹500 goes back.')).toBeVisible();
  await expect(page.getByText('Cancelled by an administrator')).toBeVisible();
  await expect(page.getByText('“The clinic is closed.”')).toBeVisible();
});

test('records an outcome, or is told from when', async ({ administrator: page, api }) => {
  const visit = await api.bookAndPay(PEOPLE.rohan, 'Arjun');
  // The page believes that the visit is over; the API knows better.
  await page.route(`**/v1/appointments/${visit.id}`, async route => {
    const answer = await route.fetch();
    const body = { ...(await answer.json()), start: '2026-01-05T05:00:00Z', end: '2026-01-05T05:20:00Z' };
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(`/admin/visits/${visit.id}`);
  await page.getByRole('button', { name: 'Record the outcome' }).click();
  const record = page.getByRole('dialog').getByRole('button', { name: 'Record' });
  await expect(record).toHaveAttribute('aria-disabled', 'true');
  await page.getByLabel('The doctor did not come').check();
  await record.click();
  await expect(page.getByRole('alert')).toContainText('Its outcome can be recorded from');
});

test('grants a part of a payment and then the rest, and finds it in the ledger', async ({
  administrator: page,
  api,
}) => {
  const refused = await watchPolicy(page);
  const visit = await api.bookAndPay(PEOPLE.asha, 'Meera');
  await page.goto('/admin/payments');
  await page.locator(`a[href="/admin/payments/${visit.paymentId}"]`).click();
  // The list names the payer of each payment, so that the name alone may be the list's.
  await expect(page).toHaveURL(`/admin/payments/${visit.paymentId}`);
  await expect(page.getByText('Asha Verma')).toBeVisible();
  await page.getByRole('button', { name: 'Grant a refund' }).click();
  const dialog = page.getByRole('dialog');
  const amount = dialog.getByLabel('Amount in rupees');
  await amount.fill('900');
  await expect(dialog.getByText('At most ₹800 is left.')).toBeVisible();
  await amount.fill('799.50');
  await dialog.getByLabel('Reason').fill('The visit started 40 minutes late.');
  await dialog.getByRole('button', { name: /^Refund/ }).click();
  await expect(amount).toBeFocused();
  await expect(dialog.getByText('Less than ₹1 would be left.', { exact: false })).toBeVisible();
  await amount.fill('250.50');
  await expect(dialog.getByText('₹250.50 goes back, ₹549.50 is kept.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Refund ₹250.50' }).click();
  await expect(page.getByText('₹250.50 is promised and goes back.')).toBeVisible();
  await expect(page.getByText('“The visit started 40 minutes late.”')).toBeVisible();

  await page.getByRole('button', { name: 'Grant a refund' }).click();
  await dialog.getByLabel('All that is left, because the platform failed').check();
  await expect(dialog.getByText('₹549.50 goes back, ₹0 is kept.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('The video did not work.');
  await dialog.getByRole('button', { name: 'Refund ₹549.50' }).click();
  await expect(page.getByText('Refunded', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Grant a refund' })).toBeHidden();

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Issue the receipt as PDF' }).click();
  expect((await download).suggestedFilename()).toBe('receipt.pdf');
  await expect(page.getByRole('button', { name: 'Receipt as PDF' })).toBeVisible();

  await page.getByRole('link', { name: 'Ledger' }).click();
  await expect(page.locator(`a[href="/admin/payments/${visit.paymentId}"]`)).toBeVisible();
  await expect(page.getByText(/balance/)).toBeVisible();
  expect(await refused()).toEqual([]);
});

test('has a failed refund tried again', async ({ administrator: page, api }) => {
  const visit = await api.bookAndPay(PEOPLE.asha, 'Meera');
  const refund = {
    id: 'pay_29QQoUBi66xm2f',
    paymentId: visit.paymentId,
    amount: 12_345,
    reason: 'granted',
    remark: 'Late',
    state: 'failed',
    tries: 1,
    since: new Date().toISOString(),
  };
  let failed = [refund];
  await page.route('**/v1/refunds?*', route => route.fulfill({ json: { refunds: failed } }));
  await page.route('**/retry', route => {
    failed = [];
    return route.fulfill({ json: { ...refund, state: 'requested' } });
  });
  await page.goto('/admin/refunds');
  const again = page.getByRole('button', { name: 'Try the refund of ₹123.45 again' });
  await again.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('The refund is on its way again.')).toBeVisible();
  await expect(page.getByText('No refund has failed')).toBeVisible();
});

test('shows a difference of the books first', async ({ administrator: page }) => {
  const entry = {
    captured: 50_000,
    retained: 50_000,
    refundPending: 0,
    refundRequested: 0,
    refunded: 0,
    refundFailed: 0,
    gatewayCaptured: 50_000,
    gatewayRefunded: 0,
    balanced: true,
  };
  const entries = [
    { ...entry, paymentId: '11111111-1111-4111-8111-111111111111' },
    {
      ...entry,
      paymentId: '22222222-2222-4222-8222-222222222222',
      gatewayCaptured: 40_000,
      balanced: false,
    },
  ];
  await page.route('**/v1/ledger?*', route => route.fulfill({ json: { entries, balanced: false } }));
  await page.goto('/admin/ledger');
  await expect(page.getByText('1 payment differs.')).toBeVisible();
  await expect(page.locator('tbody tr').first()).toContainText('22222222');
});

test('searches the trail, opens an event, exports a day and puts one on hold', async ({
  administrator: page,
  api,
}) => {
  const refused = await watchPolicy(page);
  await api.as(PEOPLE.kavita, 'GET', '/v1/payments?state=captured');
  await expect(async () => {
    await page.goto('/admin/audit?type=PAYMENTS_LISTED');
    await expect(page.getByRole('button', { name: /^Details of Payments listed/ }).first()).toBeVisible({
      timeout: 3000,
    });
  }).toPass({ timeout: 30_000 });
  // With the keyboard: the details open, Escape closes them, and the focus is back.
  const first = page.getByRole('button', { name: /^Details of Payments listed/ }).first();
  await first.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Payments listed' });
  await expect(dialog.getByText('Hash before it')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'All events of this actor' }).click();
  await expect(page.getByLabel('Actor')).not.toHaveValue('');
  await page.getByLabel('Type').selectOption({ label: 'Doctor suspended' });
  await page.getByLabel('Category').selectOption({ label: 'Log-in' });
  await expect(page.getByRole('heading', { name: 'No events' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page.getByLabel('Actor')).toHaveValue('');
  await expect(page.locator('tbody tr').first()).toBeVisible();
  // The next page comes below.
  if (await page.getByRole('button', { name: 'Show more' }).isVisible()) {
    const rows = await page.locator('tbody tr').count();
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBeGreaterThan(rows);
  }

  await page.getByRole('link', { name: 'Export' }).click();
  await page.getByRole('button', { name: 'Make the export' }).click();
  await expect(
    page.getByRole('heading', { name: /The export is ready|Nothing to export yet/ }),
  ).toBeVisible();

  await page.goto('/admin/audit/days');
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await expect(page.getByLabel('Day', { exact: true })).toHaveValue(yesterday);
  await page.getByLabel('Reason').fill('Court order 2026/1187');
  await page.getByRole('button', { name: 'Put on hold' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put on hold' }).click();
  await expect(page.getByText(/is on hold\./)).toBeVisible();
  await page.getByRole('button', { name: 'Release' }).click();
  await expect(page.getByRole('dialog').getByText(/no one can bring them back/)).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText(/is released\./)).toBeVisible();
  expect(await refused()).toEqual([]);
});

test('an export of several parts is collected, and its script fetches them', async ({
  administrator: page,
  api,
}) => {
  const expiresAt = new Date((await api.now()) + 15 * 60_000).toISOString();
  await page.route('**/v1/audit-exports', route => {
    const { after } = route.request().postDataJSON();
    const part = after ?? 0;
    const url = `https://archive.example/${part}?X-Amz-Signature=1&a='b'`;
    return route.fulfill({
      json: {
        checkpoints: 2,
        files: [{ path: `events/chain=03/day=2026-11-30/${part}.jsonl`, url }],
        expiresAt,
        ...(part === 0 && { next: 1, since: 7 }),
      },
    });
  });
  await page.goto('/admin/audit/export');
  await page.getByRole('button', { name: 'Make the export' }).click();
  await expect(page.getByText('2 files, 2 checkpoints')).toBeVisible();
  await expect(page.getByText('verify-audit verify --since 7')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Fetch all files by a script' }).click();
  expect((await download).suggestedFilename()).toBe('fetch-audit-export.sh');
  await page.getByText('Single files').click();
  await expect(page.getByRole('link', { name: /1\.jsonl/ })).toHaveAttribute('href', /archive\.example\/1/);
});

test('an outage, no connection and a refusal are told', async ({ administrator: page }) => {
  await page.route('**/v1/payments?*', route =>
    route.fulfill({ status: 503, contentType: 'application/json', body: '{}' }),
  );
  await page.goto('/admin/payments');
  await expect(page.getByText('This is not available at the moment.', { exact: false })).toBeVisible({
    timeout: 20_000,
  });
  await page.unroute('**/v1/payments?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeHidden();
  await page.goto('/admin/visits/11111111-1111-4111-8111-111111111111');
  await expect(page.getByText('We can’t find this.')).toBeVisible();
  await page.goto('/admin/audit/days');
  await page.getByLabel('Reason').fill('Case 12');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Put on hold' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put on hold' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Reason')).toHaveValue('Case 12');
  await page.context().setOffline(false);
});

test('others do not get in', async ({ patient: page }) => {
  await page.goto('/admin/payments');
  await expect(page.getByRole('heading', { level: 1, name: 'This page is not for your role' })).toBeVisible();
});

for (const [language, theme] of [
  ['en', 'light'],
  ['hi', 'dark'],
] as const) {
  test(`administrator's pages are accessible and fit, ${language}`, async ({ actor, api }) => {
    test.setTimeout(240_000);
    const visit = await api.bookAndPay(PEOPLE.asha, 'Arjun');
    const refund = { amount: 10_050, reason: 'Late' };
    await api.as(PEOPLE.kavita, 'POST', `/v1/payments/${visit.paymentId}/refunds`, refund);
    const doctorId = await api.doctor('Arjun');
    const page = await actor(PEOPLE.kavita, { language, theme });
    for (const path of [
      '/admin/payments',
      `/admin/payments/${visit.paymentId}`,
      '/admin/refunds',
      '/admin/ledger',
      '/admin/ledger?state=open',
      '/admin/audit',
      '/admin/audit?period=span',
      '/admin/audit/export',
      '/admin/audit/days',
      '/admin/doctors',
      '/admin/doctors/suspended',
      '/admin/doctors/register',
      `/admin/doctors/${doctorId}`,
      `/admin/doctors/${doctorId}/edit`,
      '/admin/visits',
      `/admin/visits?doctor=${doctorId}`,
      `/admin/visits/${visit.id}`,
      `/admin/visits/${visit.id}/move`,
    ]) {
      await page.goto(path);
      await sound(page, path);
    }
    // Dialogs, and a message at a field.
    await page.goto('/admin/audit');
    await page.locator('main td button').first().click();
    await sound(page, 'an event');
    await page.goto(`/admin/payments/${visit.paymentId}`);
    await page.getByRole('button', { name: /^(Grant a refund|रिफ़ंड दें)$/ }).click();
    await page.locator('[name=amount]').fill('99999');
    await expect(page.locator('[name=amount]')).toHaveAttribute('aria-invalid', 'true');
    await sound(page, 'a grant');
    await page.goto(`/admin/visits/${visit.id}`);
    await page.getByRole('button', { name: /^(Cancel the visit|अपॉइंटमेंट रद्द करें)$/ }).click();
    await sound(page, 'a cancellation');
    await page.goto(`/admin/doctors/${doctorId}`);
    await page.getByRole('button', { name: /^(Suspend|निलंबित करें)$/ }).click();
    await sound(page, 'a suspension');
  });
}

test('finds a user, disables and enables the account, and gives a role', async ({
  administrator: page,
  api,
}) => {
  const email = `ira.${unique()}@example.com`;
  const doctor = await api.as<{ id: string }>(PEOPLE.kavita, 'POST', '/v1/doctors', {
    email,
    name: `Ira ${word()}`,
    registrationNumber: `KMC-${unique()}`,
    qualification: 'MBBS',
    specialities: ['dermatology'],
    languages: ['hi'],
    fee: 50000,
    zone: 'Asia/Kolkata',
  });
  await page.goto('/admin/users');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Role').selectOption('doctor');
  await expect(page.getByRole('row')).toHaveCount(2);
  // An address is never in the address of the page.
  expect(page.url()).not.toContain('example.com');
  await page.getByRole('table').getByRole('link').click();
  await expect(page.getByRole('button', { name: 'Disable the account' })).toBeVisible();
  await expect(page.locator('main').getByText('Invited')).toBeVisible();
  await sound(page, 'a user');
  await page.getByRole('button', { name: 'Disable the account' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
  await expect(page.getByText('The user can’t sign in.')).toBeVisible();
  await page.getByRole('button', { name: 'Enable the account' }).click();
  await expect(page.locator('main').getByText('Invited')).toBeVisible();
  await page.getByLabel('Laboratory').check();
  await page.getByRole('button', { name: 'Save the roles' }).click();
  await expect(page.getByText('The roles are saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Laboratory')).toBeChecked();
  await expect(page.locator('dd').filter({ hasText: 'Laboratory' })).toContainText('Doctor');
  // Suspended, so that other tests find the doctors of the demo.
  const reason = 'A test is over.';
  await api.as(PEOPLE.kavita, 'POST', `/v1/doctors/${doctor.id}/suspend`, { reason });
});
