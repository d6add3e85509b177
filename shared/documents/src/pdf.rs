//! Pages as PDF/A-2a.
//!
//! It claims no PDF/UA: krilla's own example of it does not pass veraPDF
//! (<https://github.com/LaurenzV/krilla/issues/122>).

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use jiff::tz::TimeZone;
use krilla::SerializeSettings;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};

use crate::layout::{HEIGHT, Part, Placed, WIDTH};
use crate::{Block, Document, NotSet};

/// The lines of each part, by what the tag tree calls them.
type Lines = BTreeMap<Part, Vec<Identifier>>;

pub(crate) fn write(document: &Document, pages: &[Vec<Placed>]) -> Result<Vec<u8>, NotSet> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|error| NotSet(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut pdf = krilla::Document::new_with(settings);
    let mut tagged = Lines::new();
    for lines in pages {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| NotSet("A4 is no size".to_owned()))?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        for placed in lines {
            let tag = match placed.part {
                Part::PageNumber => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)),
                _ => ContentTag::Span(SpanTag::empty()),
            };
            let identifier = surface.start_tagged(tag);
            draw(&mut surface, placed);
            surface.end_tagged();
            if placed.part != Part::PageNumber {
                tagged.entry(placed.part).or_default().push(identifier);
            }
        }
        surface.finish();
        page.finish();
    }
    pdf.set_metadata(metadata(document));
    pdf.set_tag_tree(tree(document, tagged));
    pdf.finish().map_err(|error| NotSet(format!("{error:?}")))
}

fn draw(surface: &mut Surface<'_>, placed: &Placed) {
    let mut x = placed.x;
    for stretch in &placed.line.stretches {
        let font = stretch.font.loaded().embedded.clone();
        surface.draw_glyphs(Point::from_xy(x, placed.y), &stretch.glyphs, font, &stretch.text, placed.size, false);
        x += stretch.width * placed.size;
    }
}

fn metadata(document: &Document) -> Metadata {
    let made = document.made_at.to_zoned(TimeZone::UTC);
    let unsigned = |number: i8| number.unsigned_abs();
    let date = DateTime::new(made.year().unsigned_abs())
        .month(unsigned(made.month()))
        .day(unsigned(made.day()))
        .hour(unsigned(made.hour()))
        .minute(unsigned(made.minute()))
        .second(unsigned(made.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(document.title.clone())
        .language(document.language.to_owned())
        .authors(vec![document.author.clone()])
        .document_id(document.id.clone())
        .creation_date(date)
}

/// The structure that a reader reads aloud: headings, paragraphs, and facts as tables whose rows have a heading.
fn tree(document: &Document, mut lines: Lines) -> TagTree {
    let mut fill = |mut group: TagGroup, part: Part| {
        for identifier in lines.remove(&part).unwrap_or_default() {
            group.push(identifier);
        }
        group
    };
    let heading = |level: u16, title: &str| {
        let level = NonZeroU16::new(level).expect("levels count from one");
        TagGroup::new(Tag::Hn(level, Some(title.to_owned())))
    };
    let mut tree = TagTree::new().with_lang(Some(document.language.to_owned()));
    tree.push(fill(heading(1, &document.title), Part::Title));
    for (index, block) in document.blocks.iter().enumerate() {
        match block {
            Block::Heading(title) => tree.push(fill(heading(2, title), Part::Block(index))),
            Block::Paragraph(_) => tree.push(fill(TagGroup::new(Tag::P), Part::Block(index))),
            Block::Facts(facts) => {
                let mut table = TagGroup::new(Tag::Table);
                for row in 0..facts.len() {
                    let mut cells = TagGroup::new(Tag::TR);
                    cells.push(fill(TagGroup::new(Tag::TH(TableHeaderScope::Row)), Part::Label(index, row)));
                    cells.push(fill(TagGroup::new(Tag::TD), Part::Value(index, row)));
                    table.push(cells);
                }
                tree.push(table);
            }
        }
    }
    tree
}

#[cfg(test)]
mod tests {
    use crate::{Block, Document, Fact, set};
    use proptest::prelude::*;

    fn document(values: &[&str]) -> Document {
        Document {
            title: "Receipt".to_owned(),
            id: "VAI/26-27/000001".to_owned(),
            author: "Vaidya".to_owned(),
            made_at: "2026-12-01T04:30:00Z".parse().unwrap(),
            language: "en",
            blocks: vec![
                Block::Heading("Visit".to_owned()),
                Block::Facts(values.iter().map(|value| Fact::new("Doctor", *value)).collect()),
                Block::Paragraph("A paragraph.\nIts second line.".to_owned()),
            ],
        }
    }

    #[test]
    fn a_document_is_pdf_a_with_its_fonts_in_it_and_the_same_each_time() {
        let printed = set(&document(&["डॉ. अनीता शर्मा", "Asha Rao"])).unwrap();
        let text = String::from_utf8_lossy(&printed.pdf);
        assert!(text.starts_with("%PDF-1.7") && text.trim_end().ends_with("%%EOF"));
        for part in ["<pdfaid:part>2", "<pdfaid:conformance>A", "NotoSansDevanagari", "/StructTreeRoot", "/FontFile"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(printed.missing.is_empty());
        assert_eq!(set(&document(&["डॉ. अनीता शर्मा", "Asha Rao"])).unwrap(), printed);
    }

    #[test]
    fn a_long_document_goes_on_on_further_pages() {
        let value = "व".repeat(200);
        let printed = set(&document(&vec![value.as_str(); 40])).unwrap();
        let text = String::from_utf8_lossy(&printed.pdf);
        assert!(text.matches("/Type/Page/").count() + text.matches("/Type/Page\n").count() > 2, "several pages");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_makes_a_valid_document(value in "[\\PC\n]{0,40}") {
            prop_assert!(set(&document(&[&value])).is_ok(), "{:?}", set(&document(&[&value])));
        }
    }
}
