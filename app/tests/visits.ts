import type { APIRequestContext } from '@playwright/test';
import { API, PORT } from '../playwright.config.ts';
import { type Api, PEOPLE, tokenOf } from './actors.ts';

export interface Visit {
  id: string;
  slotId: string;
  paymentId: string;
  start: string;
  end: string;
}

async function pay(api: Api, request: APIRequestContext, email: string, visit: Visit): Promise<void> {
  const order = await api.as<{ orderId: string }>(email, 'POST', `/v1/appointments/${visit.id}/payment`);
  const paid = await request.post(`http://127.0.0.1:${PORT + 2}/checkout?order_id=${order.orderId}`, {
    headers: { accept: 'application/json' },
    form: { action: 'upi' },
  });
  const { razorpay_order_id, razorpay_payment_id, razorpay_signature } = await paid.json();
  const body = { razorpay_order_id, razorpay_payment_id, razorpay_signature };
  await api.as(email, 'POST', `/v1/payments/${visit.paymentId}/confirm`, body);
}

/** A paid visit that begins within minutes, in a slot that is published for it. */
export async function visitSoon(api: Api, request: APIRequestContext, email: string): Promise<Visit> {
  const doctorId = await api.doctor('Meera');
  const authorization = `Bearer ${await tokenOf(request, PEOPLE.meera)}`;
  const minute = Math.ceil((await api.now()) / 60_000) * 60_000;
  // A payment needs a minute before the visit, which is when the hold ends.
  for (let after = 2; after < 29; after += 1) {
    const start = new Date(minute + after * 60_000).toISOString();
    const end = new Date(minute + (after + 5) * 60_000).toISOString();
    const published = await request.post(`${API}/v1/doctors/${doctorId}/slots`, {
      headers: { authorization },
      data: { slots: [{ start, end }] },
    });
    if (!published.ok()) continue;
    const slotId = start.replace(/[-:]/g, '').replace(/\d\d\.\d+Z$/, 'Z');
    const booked = await request.post(`${API}/v1/appointments`, {
      headers: {
        authorization: `Bearer ${await tokenOf(request, email)}`,
        'idempotency-key': crypto.randomUUID(),
      },
      data: { doctorId, slotId, reason: 'Palpitations at night' },
    });
    // An earlier test has this time, or the patient has another visit then.
    if (!booked.ok()) continue;
    const visit: Visit = await booked.json();
    await pay(api, request, email, visit);
    return visit;
  }
  throw new Error('every time of the next half an hour is taken');
}
