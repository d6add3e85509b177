import { useState } from 'react';
import type { Schemas } from '../api/client';
import { useIntent } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Badge } from '../ui/states';
import { useAdministratorWords } from './words';

const TONES: Record<string, 'good' | 'warn' | 'danger' | 'neutral'> = {
  processed: 'good',
  pending: 'warn',
  requested: 'warn',
  failed: 'danger',
};

export function RefundState({ state }: { state: string }) {
  const words = useAdministratorWords();
  return <Badge tone={TONES[state] ?? 'neutral'}>{words.payment.refundStates[state] ?? state}</Badge>;
}

/** Has a failed refund tried again. */
export function RetryRefund({ refund }: { refund: Schemas['Refund'] }) {
  const words = useAdministratorWords();
  const format = useFormats();
  const [open, setOpen] = useState(false);
  const amount = format.money(refund.amount);
  const retry = useIntent('retryRefund', {
    changes: ['listRefunds', 'viewPayment', 'viewLedger'],
    onSuccess: tried => {
      setOpen(false);
      toast(tried.state === 'processed' ? words.payment.retriedDone : words.payment.retried);
    },
  });
  return (
    <>
      <Button
        small
        icon="repeat"
        className="justify-self-start"
        aria-label={words.payment.retryOne.replace('{amount}', amount)}
        onClick={() => {
          retry.reset();
          setOpen(true);
        }}
      >
        {words.payment.retry}
      </Button>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title={words.payment.retryTitle}
        action={words.payment.retry}
        busy={retry.isPending}
        problem={retry.error}
        onConfirm={() => retry.mutate({ path: { paymentId: refund.paymentId, refundId: refund.id } })}
      >
        <p>{words.payment.retryText.replace('{amount}', amount)}</p>
      </ConfirmDialog>
    </>
  );
}
