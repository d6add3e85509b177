import { useState } from 'react';
import type { Schemas } from '../api/client';
import { useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Choices, Form, TextArea, TextField } from '../ui/Field';
import { toast } from '../ui/live';
import { grantError, paiseOf, rupeesOf } from './amount';
import { useAdministratorWords } from './words';

/** Grants a refund that no rule grants: an amount, or all that is left because the platform failed. */
export function GrantRefund({
  payment,
  open,
  onClose,
}: {
  payment: Schemas['PaymentDetails'];
  open: boolean;
  onClose: () => void;
}) {
  const words = useAdministratorWords();
  return (
    <Dialog open={open} onClose={onClose} title={words.payment.grantTitle} wide>
      {/* Each opening begins with an empty form. */}
      <Grant payment={payment} onClose={onClose} />
    </Dialog>
  );
}

function Grant({ payment, onClose }: { payment: Schemas['PaymentDetails']; onClose: () => void }) {
  const words = useAdministratorWords();
  const core = useCore();
  const format = useFormats();
  const accounts = (payment.accounts ?? []).filter(account => account.retained > 0);
  const [attempt, setAttempt] = useState(accounts[0]?.gatewayPaymentId ?? '');
  const [how, setHow] = useState('part');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const left = accounts.find(account => account.gatewayPaymentId === attempt)?.retained ?? 0;
  const whole = how === 'fault';
  const paise = whole ? left : paiseOf(text);
  const error = whole ? undefined : grantError(paise, left);
  const shownLeft = format.money(left);
  // A grant of another payment of the same amount is another intent: its reason or attempt tells them apart.
  const grant = useIntent('refundPayment', {
    changes: ['viewPayment', 'listPayments', 'listRefunds', 'viewLedger'],
    onSuccess: refund => {
      onClose();
      toast(words.payment.granted.replace('{amount}', format.money(refund.amount)));
    },
  });
  return (
    <Form
      problem={grant.error}
      onSubmit={data => {
        setTried(true);
        if (error) {
          document.getElementsByName('amount')[0]?.focus();
          return;
        }
        grant.mutate({
          path: { paymentId: payment.id },
          body: {
            ...(whole ? { fault: 'platform' } : { amount: paise }),
            gatewayPaymentId: attempt,
            reason: String(data.get('reason') ?? '').trim(),
          },
        });
      }}
    >
      <p>{words.payment.grantText.replace('{left}', shownLeft)}</p>
      {accounts.length > 1 && (
        <Choices
          legend={words.payment.which}
          name="gatewayPaymentId"
          value={attempt}
          onChange={setAttempt}
          options={accounts.map(account => ({
            value: account.gatewayPaymentId,
            label: account.gatewayPaymentId,
            hint: words.payment.leftOf.replace('{amount}', format.money(account.retained)),
          }))}
        />
      )}
      <Choices
        legend={words.payment.how}
        name="how"
        value={how}
        onChange={setHow}
        options={[
          { value: 'part', label: words.payment.part },
          { value: 'fault', label: words.payment.fault },
        ]}
      />
      {!whole && (
        <div className="flex flex-wrap items-start gap-2">
          <TextField
            className="min-w-48 flex-1"
            label={words.payment.inRupees}
            hint={words.payment.amountHint.replace('{left}', shownLeft)}
            error={
              error && (tried || (text !== '' && error === 'tooMuch'))
                ? words.payment[error].replace('{left}', shownLeft)
                : undefined
            }
            name="amount"
            inputMode="decimal"
            autoComplete="off"
            required
            value={text}
            onChange={event => setText(event.target.value)}
          />
          <Button className="sm:mt-7.5" onClick={() => setText(rupeesOf(left))}>
            {words.payment.everything.replace('{left}', shownLeft)}
          </Button>
        </div>
      )}
      <TextArea
        label={words.payment.reason}
        hint={words.payment.reasonHint}
        name="reason"
        rows={2}
        maxLength={200}
        required
      />
      <p role="status" className="empty:hidden rounded-[0.625rem] bg-raised px-4 py-3 font-medium">
        {paise !== undefined &&
          !error &&
          words.payment.preview
            .replace('{back}', format.money(paise))
            .replace('{kept}', format.money(left - paise))}
      </p>
      <div className="actions justify-end max-sm:justify-stretch">
        <Button onClick={onClose}>{core.back}</Button>
        <Button type="submit" look="primary" busy={grant.isPending}>
          {paise !== undefined && !error
            ? words.payment.grantAction.replace('{amount}', format.money(paise))
            : words.payment.grantButton}
        </Button>
      </div>
    </Form>
  );
}
