//! Text as lines of glyphs.
//!
//! The steps of every text layout: what no font has is spelled out; the text is broken where UAX #14 allows; each line
//! is ordered by UAX #9; each stretch of one direction and one font is shaped.

use std::collections::BTreeSet;
use std::ops::Range;

use harfrust::{Buffer, Direction, ShapeOptions, shape};
use krilla::text::{GlyphId, KrillaGlyph};
use unicode_bidi::{BidiInfo, Level};
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

use crate::NotSet;
use crate::fonts::{FontId, Weight, font_for, script_of};

/// A line, its stretches in the order in which they are seen.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) stretches: Vec<Stretch>,
    /// In units of the size of the font.
    pub(crate) width: f32,
}

/// A stretch of a line in one font.
#[derive(Debug, Clone)]
pub(crate) struct Stretch {
    pub(crate) font: FontId,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In units of the size of the font.
    pub(crate) width: f32,
}

/// The lines of a text, none wider than `width` (in units of the size of the font) unless one letter alone is.
pub(crate) fn lines(
    text: &str,
    weight: Weight,
    width: f32,
    missing: &mut BTreeSet<&'static str>,
) -> Result<Vec<Line>, NotSet> {
    let mut lines = vec![];
    for paragraph in text.lines() {
        let paragraph = spelled(paragraph, weight, missing);
        wrap(&paragraph, weight, width, &mut lines)?;
    }
    Ok(lines)
}

/// The text with each letter that no font has as its code points, and without what no line shows.
fn spelled(text: &str, weight: Weight, missing: &mut BTreeSet<&'static str>) -> String {
    let mut spelled = String::with_capacity(text.len());
    for letter in text.graphemes(true) {
        let letter: String = letter.chars().filter(|c| !c.is_control() && !is_forbidden(*c)).collect();
        if font_for(&letter, weight, None).is_some() {
            spelled.push_str(&letter);
            continue;
        }
        missing.insert(script_of(&letter).full_name());
        spelled.extend(letter.chars().map(|c| format!("[U+{:04X}]", u32::from(c))));
    }
    spelled
}

/// What PDF/A-2a forbids as the text of a glyph, and no reader sees.
const fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{fffe}')
}

fn wrap(text: &str, weight: Weight, width: f32, lines: &mut Vec<Line>) -> Result<(), NotSet> {
    let mut start = 0;
    let mut last: Option<(usize, Line)> = None;
    let mut breaks = linebreaks(text).peekable();
    while let Some(&(end, opportunity)) = breaks.peek() {
        let line = line_of(text, start..end, weight)?;
        if line.width <= width {
            breaks.next();
            if opportunity == BreakOpportunity::Mandatory {
                lines.push(line);
                (start, last) = (end, None);
            } else {
                last = Some((end, line));
            }
            continue;
        }
        let (end, line) = match last.take() {
            Some(fitting) => fitting,
            None => letters_that_fit(text, start..end, weight, width)?,
        };
        lines.push(line);
        start = end;
        // A word that was broken within may end where the line does.
        if breaks.peek().is_some_and(|&(next, _)| next <= start) {
            breaks.next();
        }
    }
    Ok(())
}

/// The beginning of a word that is wider than a line: as many letters as fit, and one at least.
fn letters_that_fit(text: &str, word: Range<usize>, weight: Weight, width: f32) -> Result<(usize, Line), NotSet> {
    let mut fitting = None;
    for (offset, letter) in text[word.clone()].grapheme_indices(true) {
        let end = word.start + offset + letter.len();
        let line = line_of(text, word.start..end, weight)?;
        if line.width > width && fitting.is_some() {
            break;
        }
        fitting = Some((end, line));
    }
    fitting.ok_or_else(|| NotSet("an empty word is wider than a line".to_owned()))
}

/// One line, without the spaces at its end.
fn line_of(text: &str, range: Range<usize>, weight: Weight) -> Result<Line, NotSet> {
    let end = range.start + text[range.clone()].trim_end().len();
    let bidi = BidiInfo::new(text, Some(Level::ltr()));
    let mut stretches = vec![];
    for paragraph in &bidi.paragraphs {
        let range = range.start.max(paragraph.range.start)..end.min(paragraph.range.end);
        if range.is_empty() {
            continue;
        }
        let (levels, runs) = bidi.visual_runs(paragraph, range);
        for run in runs {
            let is_rtl = levels[run.start].is_rtl();
            let mut of_run = of_one_font(text, run, weight);
            if is_rtl {
                of_run.reverse();
            }
            for (font, range) in of_run {
                stretches.push(shaped(font, &text[range], is_rtl)?);
            }
        }
    }
    let width = stretches.iter().map(|stretch| stretch.width).sum();
    Ok(Line { stretches, width })
}

/// The parts of a run that have one font each, in the order of the text.
fn of_one_font(text: &str, run: Range<usize>, weight: Weight) -> Vec<(FontId, Range<usize>)> {
    let mut parts: Vec<(FontId, Range<usize>)> = vec![];
    for (offset, letter) in text[run.clone()].grapheme_indices(true) {
        let letter_range = run.start + offset..run.start + offset + letter.len();
        let before = parts.last().map(|(font, _)| *font);
        // What no font has was spelled out. A part of a letter, where a run ends within one, stays in the font before.
        let Some(font) = font_for(letter, weight, before).or(before) else { continue };
        match parts.last_mut() {
            Some((last, range)) if *last == font => range.end = letter_range.end,
            _ => parts.push((font, letter_range)),
        }
    }
    parts
}

fn shaped(font: FontId, text: &str, is_rtl: bool) -> Result<Stretch, NotSet> {
    let shaper = font.loaded().shaper();
    let unit = font.loaded().embedded.units_per_em();
    let mut buffer = Buffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
    shape(&shaper, &mut buffer, ShapeOptions::new()).map_err(|error| NotSet(error.to_string()))?;
    // A glyph stands for the text from its cluster to the next one.
    let mut starts: Vec<usize> = buffer.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    let end_of = |start: usize| starts.iter().copied().find(|&next| next > start).unwrap_or(text.len());
    let glyphs: Vec<KrillaGlyph> = buffer
        .glyph_infos()
        .iter()
        .zip(buffer.glyph_positions())
        .map(|(info, position)| {
            let start = info.cluster as usize;
            let em = |units: i32| units as f32 / unit;
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                em(position.x_advance),
                em(position.x_offset),
                em(position.y_offset),
                em(position.y_advance),
                start..end_of(start),
                None,
            )
        })
        .collect();
    let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
    Ok(Stretch { font, text: text.to_owned(), glyphs, width })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(text: &str, width: f32) -> (Vec<Line>, BTreeSet<&'static str>) {
        let mut missing = BTreeSet::new();
        (lines(text, Weight::Regular, width, &mut missing).unwrap(), missing)
    }

    /// The text of the lines, each stretch in the order in which it is read.
    fn read(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.stretches.iter().map(|stretch| stretch.text.as_str()).collect()).collect()
    }

    #[test]
    fn the_names_of_india_have_all_their_glyphs() {
        for name in [
            "डॉ. अनीता शर्मा",
            "শ্রেয়া চট্টোপাধ্যায়",
            "ஶ்ரீநிவாசன் கிருஷ்ணன்",
            "శ్రీనివాస రావు",
            "ಶ್ರೀಲಕ್ಷ್ಮಿ",
            "ശ്രീജിത്ത് കൃഷ്ണൻ",
            "ભાવેશ ત્રિવેદી",
            "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
            "ଶ୍ରୀମତୀ ମହାପାତ୍ର",
            "ڈاکٹر فاطمہ خان",
            "ᱥᱤᱫᱩ ᱢᱩᱨᱢᱩ",
            "ꯃꯅꯤꯄꯨꯔ",
            "Łukasz Öztürk, José Nuñez",
            "Jose\u{301}, Nguyễn Thị Hồng",
            "क्‍ष क्‌ष",
            "Ангелина Ψ",
            "₹1,00,000.00 – ½ “x” … №",
        ] {
            let (lines, missing) = set(name, 1_000.0);
            assert!(missing.is_empty(), "{name}: {missing:?}");
            let glyphs: Vec<_> = lines.iter().flat_map(|line| &line.stretches).flat_map(|s| &s.glyphs).collect();
            assert!(!glyphs.is_empty() && glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0), "{name}");
        }
    }

    #[test]
    fn a_letter_that_no_font_has_is_spelled_and_its_script_is_named() {
        let (lines, missing) = set("王 Wang, 🙂\u{e000}", 1_000.0);
        assert_eq!(read(&lines), ["[U+738B] Wang, [U+1F642][U+E000]"]);
        assert_eq!(missing.into_iter().collect::<Vec<_>>(), ["Common", "Han", "Unknown"]);
    }

    #[test]
    fn each_line_fits_and_a_long_word_is_broken() {
        let (lines, _) = set("one two three four", 5.0);
        assert_eq!(read(&lines), ["one two", "three four"]);
        let (lines, _) = set(&"W".repeat(30), 5.0);
        assert!(lines.len() > 3 && lines.iter().all(|line| line.width <= 5.0));
        assert_eq!(read(&lines).concat(), "W".repeat(30));
        assert_eq!(read(&set("1 First Street\n\nBengaluru", 100.0).0), ["1 First Street", "Bengaluru"]);
        assert!(set("", 5.0).0.is_empty());
    }

    #[test]
    fn a_line_of_both_directions_is_ordered_as_it_is_seen() {
        let (lines, _) = set("Dr. فاطمہ خان (Delhi)", 1_000.0);
        let seen = read(&lines);
        assert!(seen[0].starts_with("Dr. ") && seen[0].ends_with("(Delhi)"), "{seen:?}");
        let clusters: Vec<_> =
            lines[0].stretches.iter().filter(|s| s.text.contains('ف')).flat_map(|s| &s.glyphs).collect();
        let starts: Vec<_> = clusters.iter().map(|glyph| glyph.text_range.start).collect();
        assert!(starts.is_sorted_by(|a, b| a >= b), "the first letter is the rightmost: {starts:?}");
    }

    proptest! {
        #[test]
        fn any_text_is_set_without_a_missing_glyph_or_a_lost_letter(text in "\\PC{0,60}", width in 2.0_f32..40.0) {
            let (lines, missing) = set(&text, width);
            let glyphs = lines.iter().flat_map(|line| &line.stretches).flat_map(|s| &s.glyphs);
            for glyph in glyphs {
                prop_assert_ne!(glyph.glyph_id.to_u32(), 0);
            }
            if missing.is_empty() {
                let letters = |text: &str| {
                    let mut letters: Vec<char> =
                        text.chars().filter(|c| !c.is_whitespace() && !is_forbidden(*c)).collect();
                    letters.sort_unstable();
                    letters
                };
                prop_assert_eq!(letters(&read(&lines).concat()), letters(&text));
            }
        }
    }
}
