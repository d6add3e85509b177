//! A page of labelled lines as a PDF, in a font that every PDF reader has.
//!
//! That font has the Latin letters of Western Europe. A name in another script shows question marks here; the JSON form
//! of the receipt shows the name unchanged.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Title(String),
    Pair { label: String, value: String },
    Gap,
}

impl Line {
    /// A heading.
    pub(crate) fn title(text: &str) -> Self {
        Self::Title(text.to_owned())
    }

    /// A value with its label.
    pub(crate) fn of(label: &str, value: &str) -> Self {
        Self::Pair { label: label.to_owned(), value: value.to_owned() }
    }

    /// An empty line.
    pub(crate) fn gap() -> Self {
        Self::Gap
    }
}

/// The width of an A4 page, in points.
const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 72.0;
const VALUES: f32 = 220.0;
const LEADING: f32 = 20.0;

/// The lines as a PDF of one page.
pub(crate) fn pdf(lines: &[Line]) -> Vec<u8> {
    let [catalog, pages, page, font, bold, text] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let (regular_name, bold_name) = (Name(b"F1"), Name(b"F2"));
    let mut content = Content::new();
    let mut y = HEIGHT - MARGIN;
    let mut put = |font: Name<'_>, size: f32, x: f32, y: f32, text: &str| {
        content.begin_text();
        content.set_font(font, size);
        content.next_line(x, y);
        content.show(Str(&latin(text)));
        content.end_text();
    };
    for line in lines {
        match line {
            Line::Title(text) => {
                put(bold_name, 20.0, MARGIN, y, text);
                y -= LEADING;
            }
            Line::Pair { label, value } => {
                put(bold_name, 10.0, MARGIN, y, label);
                put(regular_name, 10.0, VALUES, y, value);
            }
            Line::Gap => {}
        }
        y -= LEADING;
    }

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(pages).contents(text);
    sheet.resources().fonts().pair(regular_name, font).pair(bold_name, bold);
    sheet.finish();
    pdf.type1_font(font).base_font(Name(b"Helvetica")).encoding_predefined(Name(b"WinAnsiEncoding"));
    pdf.type1_font(bold).base_font(Name(b"Helvetica-Bold")).encoding_predefined(Name(b"WinAnsiEncoding"));
    pdf.stream(text, &content.finish());
    pdf.finish()
}

/// The text in the font's encoding (WinAnsi), in which the bytes from 0xA0 on are the code points of Unicode.
fn latin(text: &str) -> Vec<u8> {
    let is_shown = |byte: &u8| matches!(byte, 0x20..=0x7E | 0xA0..);
    let byte = |letter: char| u8::try_from(letter).ok().filter(is_shown).unwrap_or(b'?');
    text.chars().map(byte).collect()
}

/// The text of the page.
#[cfg(test)]
pub(crate) fn text(lines: &[Line]) -> String {
    let line = |line: &Line| match line {
        Line::Title(text) => text.clone(),
        Line::Pair { label, value } => format!("{label}: {value}"),
        Line::Gap => String::new(),
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_pdf_with_its_lines_in_it() {
        let page = pdf(&[Line::title("Receipt"), Line::of("Doctor", "Jos\u{e9} (K) \\ Rao"), Line::gap()]);
        assert!(page.starts_with(b"%PDF-1.7"));
        assert!(page.ends_with(b"%%EOF"));
        let has = |part: &[u8]| page.windows(part.len()).any(|window| window == part);
        assert!(has(b"Receipt") && has(b"/Helvetica-Bold") && has(b"/WinAnsiEncoding"));
    }

    #[test]
    fn a_letter_that_the_font_lacks_becomes_a_question_mark() {
        assert_eq!(latin("Jos\u{e9}"), b"Jos\xe9");
        assert_eq!(latin("आ\n\u{85}₹"), b"????");
    }
}
