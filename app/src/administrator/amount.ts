/** Amounts as people type them: rupees, with paise after a point. */
export function paiseOf(text: string): number | undefined {
  const bare = text.replace(/[₹,\s]/g, '');
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(bare)) return undefined;
  const [rupees = '0', paise = ''] = bare.split('.');
  return Number(rupees) * 100 + Number(paise.padEnd(2, '0') || 0);
}

/** The amount as it stands in a field: `499.50`, `500`. */
export function rupeesOf(paise: number): string {
  return paise % 100 === 0 ? String(paise / 100) : (paise / 100).toFixed(2);
}

export type GrantError = 'wrong' | 'tooLittle' | 'tooMuch' | 'leavesTooLittle';

/** What forbids a grant: less than a rupee can neither be paid back nor be left. */
export function grantError(paise: number | undefined, left: number): GrantError | undefined {
  if (paise === undefined) return 'wrong';
  if (paise < 100) return 'tooLittle';
  if (paise > left) return 'tooMuch';
  const rest = left - paise;
  return rest > 0 && rest < 100 ? 'leavesTooLittle' : undefined;
}
