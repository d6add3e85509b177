//! The words by which a doctor is found: without title, case, accents, script and order.
//!
//! Each word has two spellings. Its *letters* are those of the alphabet `a` to `z` that stand for it: `José` is `jose`,
//! `मीरा` is `mira`. Its *sound* is shared by the usual spellings of one Indian name: `Meera`, `Mira` and `मीरा` sound
//! `mira`. A word of a query is found as the beginning of either.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;

use crate::core::person::without_title;

/// The most letters of a word that are looked at.
const LONGEST: usize = 40;
/// The most words of a name that are looked at.
pub const MAX_WORDS: usize = 16;
/// The longest sort text, in letters. A character of some scripts is many letters.
const LONGEST_NAME: usize = 200;
/// The fewest letters of a word in which a typo is forgiven: a shorter one is too near to others.
pub const FORGIVEN_FROM: usize = 4;

/// A word of a name in its two spellings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// The letters `a` to `z` and digits that stand for the word.
    pub letters: String,
    /// The letters of what the word sounds like.
    pub sound: String,
}

impl Word {
    fn of(letters: &str) -> Self {
        let letters: String = letters.chars().take(LONGEST).collect();
        Self { sound: sound(&letters), letters }
    }

    /// The two spellings, or the one if they are the same.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        let other = (self.sound != self.letters).then_some(self.sound.as_str());
        std::iter::once(self.letters.as_str()).chain(other)
    }

    /// Whether this word of a query is the beginning of a spelling of a word.
    pub fn begins(&self, spelling: &str) -> bool {
        spelling.starts_with(&self.letters) || spelling.starts_with(&self.sound)
    }

    /// Whether this word of a query becomes a spelling by one edit: a letter is missing, added, replaced, or swapped
    /// with its neighbour.
    pub fn is_nearly(&self, spelling: &str) -> bool {
        self.letters.len() >= FORGIVEN_FROM && self.distance(spelling) <= 1
    }

    /// The fewest edits by which this word becomes a spelling.
    pub fn distance(&self, spelling: &str) -> usize {
        self.spellings().map(|own| strsim::osa_distance(own, spelling)).min().unwrap_or(usize::MAX)
    }
}

/// The different words of a name, or of a query for one, without the title.
pub fn words(name: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut add = |letters: &str| {
        let word = Word::of(letters);
        if !word.letters.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    };
    for part in in_letters(without_title(name).1).split(|c: char| !c.is_ascii_alphanumeric() && c != APOSTROPHE) {
        // `O'Connell` is looked up as `oconnell` and as `connell`.
        add(&part.replace(APOSTROPHE, ""));
        if let Some((_, last)) = part.rsplit_once(APOSTROPHE)
            && last.len() >= FORGIVEN_FROM
        {
            add(last);
        }
    }
    words.truncate(MAX_WORDS);
    words
}

/// The text by which names are sorted: without title, case and accents, in letters and digits with single spaces. A name
/// without any is sorted by itself.
pub fn sort_text(name: &str) -> String {
    let letters = in_letters(without_title(name).1).replace(APOSTROPHE, "");
    let words: Vec<&str> =
        letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let text = if words.is_empty() { name.to_lowercase() } else { words.join(" ") };
    text.chars().take(LONGEST_NAME).collect()
}

/// The spellings that a word becomes if one of its letters is left out. Two words that are one edit apart share a
/// spelling, if each counts as one of its own (symmetric deletion).
pub fn deletions(spelling: &str) -> impl Iterator<Item = String> {
    spelling.char_indices().map(|(at, letter)| [&spelling[..at], &spelling[at + letter.len_utf8()..]].concat())
}

const APOSTROPHE: char = '\'';

/// The text in lowercase ASCII. Scripts are spelled by a library, which spells an Indian consonant without the vowel that
/// belongs to it; the vowel is added here.
fn in_letters(text: &str) -> String {
    let characters: Vec<char> = text.nfkc().filter(|c| !matches!(c, '\u{200C}' | '\u{200D}')).collect();
    let mut letters = String::with_capacity(text.len());
    for (index, &c) in characters.iter().enumerate() {
        let next = characters.get(index + 1).copied();
        match indic(c) {
            Some(VOCALIC_R_LETTER | VOCALIC_R) => letters.push_str("ri"),
            Some(ANUSVARA) => letters.push_str(match next.and_then(indic) {
                Some(LABIALS_FIRST..=LABIALS_LAST) => "m",
                Some(HA) => "ng",
                _ => "n",
            }),
            Some(NUKTA) => {}
            _ if matches!(c, '’' | 'ʼ' | 'ʻ' | '`' | '´' | '‘') => letters.push(APOSTROPHE),
            // Compatibility forms beside: an apostrophe that spells a letter of another script is none.
            _ if c.is_ascii() => letters.push(c),
            _ => letters.extend(any_ascii_char(c).chars().filter(|c| !matches!(c, '\'' | '`'))),
        }
        if is_consonant(c, characters.get(index.wrapping_sub(1)).copied()) && has_vowel_a(next) {
            letters.push('a');
        }
    }
    letters.make_ascii_lowercase();
    letters
}

/// The place of a character in its block: the blocks of the Indian scripts have the same order (ISCII).
fn indic(c: char) -> Option<u32> {
    let code = u32::from(c);
    (0x900..0xE00).contains(&code).then_some(code & 0x7F)
}

const ANUSVARA: u32 = 0x02;
const VOCALIC_R_LETTER: u32 = 0x0B;
const LABIALS_FIRST: u32 = 0x2A;
const LABIALS_LAST: u32 = 0x2E;
const HA: u32 = 0x39;
const NUKTA: u32 = 0x3C;
const VOCALIC_R: u32 = 0x43;

/// Whether the consonant ends here: a nukta belongs to the consonant before it.
fn is_consonant(c: char, before: Option<char>) -> bool {
    match indic(c) {
        Some(0x15..=0x39 | 0x58..=0x5F) => true,
        Some(NUKTA) => before.and_then(indic).is_some_and(|place| matches!(place, 0x15..=0x39)),
        _ => false,
    }
}

/// Whether the vowel `a` follows a consonant: no sign of another vowel or of none stands there, and the word goes on. The
/// last `a` of a word is silent in most languages of India.
fn has_vowel_a(next: Option<char>) -> bool {
    match next.map(|c| (c, indic(c))) {
        None => false,
        Some((_, Some(NUKTA | 0x3E..=0x4D | 0x55..=0x57 | 0x62..=0x63))) => false,
        Some((c, Some(_))) => !c.is_numeric() && !matches!(c, '\u{964}' | '\u{965}' | '\u{970}'),
        Some((c, None)) => c.is_alphanumeric(),
    }
}

/// What a word sounds like: long vowels and double letters are short and single, and letters that are written for one
/// sound are one.
fn sound(letters: &str) -> String {
    const SAME: [(&str, &str); 11] = [
        ("aa", "a"),
        ("ee", "i"),
        ("oo", "u"),
        ("sh", "s"),
        ("ch", "c"),
        ("ph", "f"),
        ("w", "v"),
        ("y", "i"),
        ("z", "j"),
        ("q", "k"),
        ("x", "ks"),
    ];
    let mut sound = String::with_capacity(letters.len());
    let mut rest = letters;
    // Of two equal letters the second one is silent; a third one is a typo, and counts.
    let mut is_double = false;
    while let Some(first) = rest.chars().next() {
        let itself = &rest[..first.len_utf8()];
        let same = SAME.iter().find(|(written, _)| rest.starts_with(written)).copied();
        let (written, heard) = same.unwrap_or((itself, itself));
        for letter in heard.chars() {
            let is_repeated = sound.ends_with(letter) && !letter.is_ascii_digit();
            if is_repeated && !is_double {
                is_double = true;
            } else {
                is_double = matches!(written, "aa" | "ee" | "oo");
                sound.push(letter);
            }
        }
        rest = &rest[written.len()..];
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn letters(name: &str) -> Vec<String> {
        words(name).into_iter().map(|word| word.letters).collect()
    }

    fn sounds(name: &str) -> Vec<String> {
        words(name).into_iter().map(|word| word.sound).collect()
    }

    #[test]
    fn words_are_without_title_case_accents_and_composition() {
        assert_eq!(letters("Dr. MEERA Krishnan"), ["meera", "krishnan"]);
        assert_eq!(letters("José"), letters("Jose\u{301}"));
        assert_eq!(letters("José Ölmez-Łukasz Straße"), ["jose", "olmez", "lukasz", "strasse"]);
        assert_eq!(letters("Ｍｅｅｒａ ﬁona"), ["meera", "fiona"]);
        assert_eq!(letters("O’Connell D'Souza"), ["oconnell", "connell", "dsouza", "souza"]);
        assert_eq!(letters("A. P. J. Abdul Kalam"), ["a", "p", "j", "abdul", "kalam"]);
        assert_eq!(letters("Rao Rao"), ["rao"]);
        assert_eq!(letters(" - ."), [""; 0]);
        assert_eq!(letters("Dr."), ["dr"]);
    }

    #[test]
    fn a_name_in_an_indian_script_sounds_like_its_spellings_in_latin_letters() {
        for (name, latin) in [
            ("मीरा कृष्णन", "Meera Krishnan"),
            ("डॉ. अनीता शर्मा", "Dr. Anita Sharma"),
            ("राजेश गुप्ता", "Rajesh Gupta"),
            ("विजय सिंह", "Vijay Singh"),
            ("लक्ष्मी चौधरी", "Lakshmi Chaudhary"),
            ("वेंकटेश", "Venkatesh"),
            ("प्रिया मिश्रा", "Priya Mishra"),
            ("सुनील अग्रवाल", "Sunil Agrawal"),
            ("कपूर", "Kapoor"),
            ("ज\u{93c}ाकिर", "Zakir"),
            ("अमिताभ बच्चन", "Amitabh Bachchan"),
            ("অনিতা সেন", "Anita Sen"),
            ("ಅನಿತಾ ರಾವ್", "Anita Rav"),
            ("மீரா", "Meera"),
        ] {
            assert_eq!(sounds(name), sounds(latin), "{name} {latin}: {:?}", letters(name));
        }
        assert_ne!(sounds("राम"), sounds("रमा"));
    }

    #[test]
    fn spellings_of_one_name_sound_alike_and_other_names_do_not() {
        for (one, other) in [
            ("Meera", "Mira"),
            ("Pooja", "Puja"),
            ("Agrawal", "Agraval"),
            ("Sofia", "Sophia"),
            ("Chaudhary", "Chaudhari"),
        ] {
            assert_eq!(sounds(one), sounds(other));
        }
        assert_eq!(sounds("zzzz aaaa"), ["jj", "aa"]);
        for (one, other) in [("Meera", "Maria"), ("Rao", "Roy"), ("Anand", "Anita"), ("7", "77")] {
            assert_ne!(sounds(one), sounds(other));
        }
    }

    #[test]
    fn one_edit_is_forgiven_in_a_word_that_is_long_enough() {
        let word = |text: &str| words(text).remove(0);
        for typed in ["mera", "meear", "meeera", "mmeera", "neera", "meerra"] {
            assert!(word(typed).is_nearly("meera"), "{typed}");
        }
        assert!(word("krishnn").is_nearly("krishnan"));
        assert!(!word("ra").is_nearly("rao"));
        assert!(!word("krshnn").is_nearly("krishnan"));
    }

    #[test]
    fn names_are_sorted_as_people_sort_them() {
        let mut names = [
            "Dr. Zara Khan",
            "anand Rao",
            "Ölmez",
            "Prof. Dr. Bela",
            "José",
            "Joseph",
            "अनीता",
            "O'Connell",
            "Dr Anand Iyer",
        ];
        names.sort_by_key(|name| sort_text(name));
        let sorted = [
            "Dr Anand Iyer",
            "anand Rao",
            "अनीता",
            "Prof. Dr. Bela",
            "José",
            "Joseph",
            "O'Connell",
            "Ölmez",
            "Dr. Zara Khan",
        ];
        assert_eq!(names, sorted);
        assert_eq!(sort_text("?!"), "?!");
    }

    fn spelling() -> impl Strategy<Value = String> {
        "[a-e]{3,8}"
    }

    proptest! {
        #[test]
        fn words_that_are_one_edit_apart_share_a_spelling_with_a_letter_left_out(a in spelling(), b in spelling()) {
            let own = |word: &str| std::iter::once(word.to_owned()).chain(deletions(word)).collect::<Vec<_>>();
            let share = own(&a).iter().any(|it| own(&b).contains(it));
            prop_assert!(share || strsim::osa_distance(&a, &b) > 1, "{} {}", a, b);
        }

        #[test]
        fn any_name_has_few_short_words_of_letters_and_digits(name in "\\PC{1,100}") {
            let words = words(&name);
            prop_assert!(words.len() <= MAX_WORDS);
            for word in words {
                prop_assert!(word.spellings().all(|it| !it.is_empty() && it.len() <= 2 * LONGEST));
                prop_assert!(word.spellings().all(|it| it.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())));
            }
            prop_assert!(sort_text(&name).chars().count() <= LONGEST_NAME);
        }
    }
}
