//! The fonts, and which of them has a letter.

use std::sync::LazyLock;

use harfrust::{Font as Shaped, ShaperFont};
use unicode_script::{Script, UnicodeScript};

/// A weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    /// For headings and labels.
    Bold,
}

/// A font of [`FACES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FontId(usize);

struct Face {
    bytes: &'static [u8],
    /// The scripts that the font is made for; it has letters of others too.
    scripts: &'static [Script],
}

macro_rules! faces {
    ($($file:literal: $($script:ident)*;)*) => {
        &[$(Face { bytes: include_bytes!(concat!("../fonts/", $file, ".ttf")), scripts: &[$(Script::$script),*] }),*]
    };
}

/// The fonts. A letter of a script that none is made for is looked for in all of them, in this order.
static FACES: &[Face] = faces! {
    "NotoSans-Bold": Latin Greek Cyrillic;
    "NotoSans-Regular": Latin Greek Cyrillic;
    "NotoSansDevanagari-Regular": Devanagari;
    "NotoSansBengali-Regular": Bengali;
    "NotoSansTamil-Regular": Tamil;
    "NotoSansTelugu-Regular": Telugu;
    "NotoSansKannada-Regular": Kannada;
    "NotoSansMalayalam-Regular": Malayalam;
    "NotoSansGujarati-Regular": Gujarati;
    "NotoSansGurmukhi-Regular": Gurmukhi;
    "NotoSansOriya-Regular": Oriya;
    "NotoSansArabic-Regular": Arabic;
    "NotoSansOlChiki-Regular": Ol_Chiki;
    "NotoSansMeeteiMayek-Regular": Meetei_Mayek;
};

/// The place of the bold font in [`FACES`].
const BOLD: usize = 0;

/// A font that is ready to use.
pub(crate) struct Loaded {
    shaped: Shaped,
    /// The font as the PDF embeds it.
    pub(crate) embedded: krilla::text::Font,
}

impl Loaded {
    /// The font as text is shaped with it.
    pub(crate) fn shaper(&self) -> ShaperFont<'_, '_> {
        ShaperFont::new(&self.shaped)
    }
}

static LOADED: [LazyLock<Loaded>; 14] = {
    // One function for each font, since a `LazyLock` of a constant captures nothing.
    macro_rules! each { ($($index:literal)*) => { [$(LazyLock::new(|| load($index))),*] } }
    each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13)
};

fn load(index: usize) -> Loaded {
    let bytes = FACES[index].bytes;
    let shaped = Shaped::new(bytes, 0).expect("the font is well-formed");
    let embedded = krilla::text::Font::new(bytes.into(), 0).expect("the font is well-formed");
    Loaded { shaped, embedded }
}

impl FontId {
    pub(crate) fn loaded(self) -> &'static Loaded {
        &LOADED[self.0]
    }

    /// Whether the font has glyphs for all of this text that is seen.
    fn has(self, text: &str) -> bool {
        let font = self.loaded().shaper();
        text.chars().filter(|&c| is_seen(c)).all(|c| font.nominal_glyph(c.into()).is_some())
    }
}

/// Whether a letter has a glyph of its own, and is not only a hint for its neighbours: joiners, selectors of variants,
/// marks of direction.
fn is_seen(c: char) -> bool {
    !matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}')
}

/// The script of what a reader sees as one letter: that of the first character that has one.
pub(crate) fn script_of(letter: &str) -> Script {
    let own = |script: &Script| !matches!(script, Script::Common | Script::Inherited);
    letter.chars().map(|c| c.script()).find(own).unwrap_or(Script::Common)
}

/// The font for what a reader sees as one letter. A digit, a space or a comma stays in the font of the letter before it.
/// `None` if no font has it.
pub(crate) fn font_for(letter: &str, weight: Weight, before: Option<FontId>) -> Option<FontId> {
    let script = script_of(letter);
    let is_neutral = script == Script::Common;
    let usual = FACES.iter().enumerate().filter(|(index, _)| weight == Weight::Bold || *index != BOLD);
    let of_script = usual.clone().filter(|(_, face)| face.scripts.contains(&script)).map(|(index, _)| FontId(index));
    let all = usual.map(|(index, _)| FontId(index));
    before.filter(|_| is_neutral).into_iter().chain(of_script).chain(all).find(|font| font.has(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_loads_and_has_the_letters_of_its_scripts() {
        assert_eq!(FACES.len(), LOADED.len());
        let samples = ["A", "A", "क", "ক", "க", "క", "ಕ", "ക", "ક", "ਕ", "କ", "ک", "ᱚ", "ꯀ"];
        for (index, sample) in samples.iter().enumerate() {
            let weight = if index == BOLD { Weight::Bold } else { Weight::Regular };
            assert_eq!(font_for(sample, weight, None), Some(FontId(index)), "{sample}");
        }
    }

    #[test]
    fn a_neutral_letter_stays_in_the_font_before_it_if_that_has_it() {
        let devanagari = font_for("क", Weight::Regular, None);
        assert_eq!(font_for(" ", Weight::Regular, devanagari), devanagari);
        assert_eq!(font_for("A", Weight::Regular, devanagari), Some(FontId(1)));
        assert_eq!(font_for("क", Weight::Bold, Some(FontId(BOLD))), devanagari, "labels in Devanagari are regular");
        assert_eq!(font_for("₹", Weight::Regular, None), Some(FontId(1)));
        assert_eq!(font_for("中", Weight::Regular, None), None);
    }
}
