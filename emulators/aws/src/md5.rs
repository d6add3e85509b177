//! MD5 (RFC 1321), because SQS answers with it and clients check it. Not for anything else.

use std::array;

const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The MD5 of `data` as lowercase hexadecimal digits.
pub(crate) fn hex(data: &[u8]) -> String {
    digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(data: &[u8]) -> [u8; 16] {
    let mut padded = data.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if data.len() % 64 >= 56 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len();
    padded[end - 8..].copy_from_slice(&(data.len() as u64).wrapping_mul(8).to_le_bytes());

    let constants = constants();
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded.chunks_exact(64) {
        let words: [u32; 16] = array::from_fn(|i| u32::from_le_bytes(array::from_fn(|byte| block[4 * i + byte])));
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64 {
            let (mixed, word) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), 5 * step + 1),
                2 => (b ^ c ^ d, 3 * step + 5),
                _ => (c ^ (b | !d), 7 * step),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(constants[step]).wrapping_add(words[word % 16]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[step / 16][step % 4]));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(part);
        }
    }
    let mut out = [0; 16];
    for (bytes, word) in out.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    out
}

/// RFC 1321's table: the integer part of 2^32 times |sin(i + 1)|.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value lies between 0 and 2^32")]
fn constants() -> [u32; 64] {
    array::from_fn(|i| (f64::from(u32::try_from(i).expect("below 64") + 1).sin().abs() * 4_294_967_296.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn the_examples_of_the_standard_come_out() {
        let long = "1234567890".repeat(8);
        for (text, expected) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (&*long, "57edf4a22be3c955ac49da2e2107b67a"),
        ] {
            assert_eq!(hex(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn lengths_around_a_block_are_padded_right() {
        // From `head -c N /dev/zero | md5sum`.
        for (length, expected) in [
            (55, "c9ea3314b91c9fd4e38f9432064fd1f2"),
            (56, "e3c4dd21a9171fd39d208efa09bf7883"),
            (63, "65cecfb980d72fde57d175d6ec1c3f64"),
            (64, "3b5d3c7d207e37dceeedd301e35e2e58"),
            (119, "8271cb2e6a546123b43096a2efce39d2"),
        ] {
            assert_eq!(hex(&vec![0; length]), expected, "{length} bytes");
        }
    }
}
