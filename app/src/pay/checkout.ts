import type { Schemas } from '../api/client';

/** What Razorpay's checkout hands over after a payment. */
export interface Paid {
  razorpay_payment_id: string;
  razorpay_order_id: string;
  razorpay_signature: string;
}

interface Options {
  key: string;
  order_id: string;
  amount: number;
  currency: string;
  name: string;
  handler: (paid: Paid) => void;
  modal: { ondismiss: () => void; confirm_close: boolean };
  theme: { color: string };
  retry: { enabled: boolean };
}

declare global {
  interface Window {
    Razorpay?: new (
      options: Options,
    ) => { open(): void; on(event: 'payment.failed', listener: () => void): void };
  }
}

let loading: Promise<void> | undefined;

function load(from: string): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${from}/v1/checkout.js`;
    script.onload = () => resolve();
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error('blocked'));
    };
    document.head.append(script);
  });
  return loading;
}

export type Result = { paid: Paid } | { closed: true; failed: boolean };

/** Opens the checkout over the page. Resolves when the person has paid or has closed it. */
export async function checkout(from: string, order: Schemas['PaymentOrder']): Promise<Result> {
  await load(from);
  const Razorpay = window.Razorpay;
  if (!Razorpay) throw new Error('blocked');
  return new Promise(resolve => {
    let failed = false;
    const shown = new Razorpay({
      key: order.keyId,
      order_id: order.orderId,
      amount: order.amount,
      currency: order.currency,
      name: 'Vaidya',
      handler: paid => resolve({ paid }),
      modal: { ondismiss: () => resolve({ closed: true, failed }), confirm_close: true },
      theme: { color: '#0b6a66' },
      // The checkout itself offers another try; each is an attempt at the same order.
      retry: { enabled: true },
    });
    shown.on('payment.failed', () => {
      failed = true;
    });
    shown.open();
  });
}
