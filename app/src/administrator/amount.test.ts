import { describe, expect, it } from 'vitest';
import { grantError, paiseOf, rupeesOf } from './amount';

describe('amounts', () => {
  it('reads rupees and paise exactly', () => {
    expect(paiseOf('500')).toBe(50_000);
    expect(paiseOf('499.5')).toBe(49_950);
    expect(paiseOf('₹ 1,05,000.07')).toBe(10_500_007);
    expect(paiseOf('0.29')).toBe(29);
    expect(paiseOf('1.15')).toBe(115);
  });

  it('refuses what is no amount', () => {
    for (const text of ['', '-1', '1.234', '1e3', 'abc', '1.', '.5']) expect(paiseOf(text)).toBeUndefined();
  });

  it('writes what it reads', () => {
    for (const paise of [0, 1, 29, 100, 115, 49_950, 50_000]) expect(paiseOf(rupeesOf(paise))).toBe(paise);
  });
});

describe('a grant', () => {
  it('leaves nothing or at least a rupee', () => {
    expect(grantError(50_000, 50_000)).toBeUndefined();
    expect(grantError(49_900, 50_000)).toBeUndefined();
    expect(grantError(49_901, 50_000)).toBe('leavesTooLittle');
    expect(grantError(99, 50_000)).toBe('tooLittle');
    expect(grantError(50_001, 50_000)).toBe('tooMuch');
    expect(grantError(undefined, 50_000)).toBe('wrong');
  });
});
