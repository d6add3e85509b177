import { useEffect, useRef, useState } from 'react';
import { call, type Schemas } from '../api/client';
import { isProblem, Problem } from '../api/problems';
import { useCore } from '../i18n';
import { usePatientWords } from '../patient/words';
import { config } from '../session/config';
import { Button } from '../ui/Button';
import { Countdown } from '../ui/Countdown';
import { Icon } from '../ui/icons';
import { Messages } from '../ui/live';
import { useExplain } from '../ui/Problem';
import { OfflineBanner } from '../ui/states';
import { checkout } from './checkout';

type Order = Schemas['PaymentOrder'];
type State =
  | { at: 'preparing' | 'open' | 'confirming' }
  | { at: 'closed'; order: Order; failed: boolean }
  | { at: 'error'; error: unknown; order?: Order };

const sleep = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** The order of the hold. While another window makes it, we ask again. */
async function orderOf(appointmentId: string): Promise<Order> {
  for (let tries = 0; ; tries++) {
    try {
      return await call('startPayment', { path: { appointmentId } });
    } catch (error) {
      if (!isProblem(error, 'in-progress', 'unavailable') || tries === 5) throw error;
      await sleep((error.retryAfter ?? 1) * 1000);
    }
  }
}

/** Pays for a held visit in Razorpay's checkout, and goes back to the visit with what came of it. */
export function Pay({ appointmentId }: { appointmentId: string }) {
  const words = usePatientWords();
  const core = useCore();
  const tell = useExplain();
  const [state, setState] = useState<State>({ at: 'preparing' });
  const begun = useRef(false);
  const visit = `/visits/${appointmentId}`;

  const leave = (result?: string) => {
    // No health data: one word for the message on the page of the visit.
    if (result) sessionStorage.setItem('vaidya.paid', result);
    location.replace(visit);
  };

  const pay = async () => {
    setState({ at: 'preparing' });
    let order: Order | undefined;
    try {
      const [made, { razorpayCheckoutUrl }] = await Promise.all([orderOf(appointmentId), config()]);
      order = made;
      setState({ at: 'open' });
      const result = await checkout(razorpayCheckoutUrl, made);
      if ('closed' in result) return setState({ at: 'closed', order: made, failed: result.failed });
      setState({ at: 'confirming' });
      leave(await confirm(made.paymentId, result.paid));
    } catch (error) {
      // Paid already, or the hold is over: the page of the visit says it better.
      if (isProblem(error, 'nothing-to-pay', 'hold-ended')) return leave();
      setState({ at: 'error', error, order });
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, also when React mounts twice
  useEffect(() => {
    document.title = `${words.pay.title} · ${core.product}`;
    if (begun.current) return;
    begun.current = true;
    void pay();
  }, []);

  const busy = state.at === 'preparing' || state.at === 'open' || state.at === 'confirming';
  const texts = { preparing: words.pay.preparing, open: words.pay.opening, confirming: words.pay.confirming };
  return (
    <div className="flex min-h-dvh flex-col">
      <OfflineBanner />
      <main className="mx-auto grid w-full max-w-lg flex-1 content-center gap-6 px-4 py-10">
        <h1 className="text-center text-2xl font-semibold">{words.pay.title}</h1>
        <div role="status" className="card grid justify-items-center gap-4 p-8 text-center">
          {busy && (
            <>
              <span className="size-10 animate-spin rounded-full border-4 border-raised border-t-accent" />
              <p>{texts[state.at as 'preparing']}</p>
            </>
          )}
          {state.at === 'closed' && (
            <>
              <Icon name="clock" className="size-10 text-warn" />
              <h2 className="text-lg font-semibold">{words.pay.closedTitle}</h2>
              {state.failed && <p>{words.pay.failed}</p>}
              <Remaining order={state.order} onEnd={() => leave()} />
            </>
          )}
          {state.at === 'error' && (
            <>
              <Icon name="alert" className="size-10 text-danger" />
              <p>
                {state.error instanceof Error && state.error.message === 'blocked'
                  ? words.pay.blocked
                  : tell(state.error)}
              </p>
              {state.order && <Remaining order={state.order} onEnd={() => leave()} />}
            </>
          )}
        </div>
        {!busy && (
          <Button look="primary" onClick={() => void pay()}>
            {words.pay.again}
          </Button>
        )}
        <a href={visit} className="justify-self-center rounded-lg px-3 py-2 text-accent hover:underline">
          {words.pay.back}
        </a>
      </main>
      <Messages />
    </div>
  );
}

function Remaining({ order, onEnd }: { order: Order; onEnd: () => void }) {
  const words = usePatientWords();
  const [before = '', after = ''] = words.pay.closed.split('{time}');
  return (
    <p>
      {before}
      <Countdown until={order.holdUntil} onEnd={onEnd} />
      {after}
    </p>
  );
}

/** Tells the API what the checkout handed over. The webhook settles the payment even if this fails, so we only ask a while. */
async function confirm(paymentId: string, body: Schemas['ConfirmPayment']): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      const { state } = await call('confirmPayment', { path: { paymentId }, body });
      if (state !== 'processing' || tries >= 4) return state;
    } catch (error) {
      const refused = error instanceof Problem && error.status < 500 && error.status !== 429;
      if (refused) return 'refused';
      if (tries >= 4) return 'processing';
    }
    await sleep(1500);
  }
}
