//! The places of lines on pages of A4.

use std::collections::BTreeSet;

use crate::fonts::Weight;
use crate::text::{Line, lines};
use crate::{Block, Document, Fact, NotSet};

/// The width of an A4 page, in points.
pub(crate) const WIDTH: f32 = 595.0;
/// The height of an A4 page, in points.
pub(crate) const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 64.0;
/// Where the values begin.
const VALUES: f32 = 200.0;
/// The place of the number of a page.
const FOOTER: f32 = HEIGHT - 36.0;

/// What a line is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    Title,
    /// The heading or paragraph in this place of [`Document::blocks`].
    Block(usize),
    /// The label of a fact: the place of the block, and of the fact in it.
    Label(usize, usize),
    /// The value of a fact.
    Value(usize, usize),
    /// The number of a page, which is no part of the text.
    PageNumber,
}

/// A line in its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) part: Part,
    pub(crate) line: Line,
    /// The size of the font, in points.
    pub(crate) size: f32,
    /// The left end, in points from the left edge.
    pub(crate) x: f32,
    /// The base line, in points from the upper edge.
    pub(crate) y: f32,
}

/// Where the next line goes.
struct Cursor {
    pages: Vec<Vec<Placed>>,
    y: f32,
    missing: BTreeSet<&'static str>,
}

impl Cursor {
    /// Makes room for `height` points below the last line, on a new page if there is none on this one.
    fn room(&mut self, height: f32) {
        if self.y + height > HEIGHT - MARGIN {
            self.pages.push(vec![]);
            self.y = MARGIN;
        }
    }

    /// Goes to the next line of this size.
    fn next(&mut self, size: f32) {
        self.room(leading(size));
        self.y += leading(size);
    }

    fn put(&mut self, part: Part, line: Line, size: f32, x: f32) {
        let y = self.y;
        self.pages.last_mut().expect("a document has a page").push(Placed { part, line, size, x, y });
    }

    /// Sets a text over the whole width.
    fn flow(&mut self, part: Part, text: &str, size: f32, weight: Weight) -> Result<(), NotSet> {
        for line in lines(text, weight, (WIDTH - 2.0 * MARGIN) / size, &mut self.missing)? {
            self.next(size);
            self.put(part, line, size, MARGIN);
        }
        Ok(())
    }

    /// Sets a label with its value beside it.
    fn fact(&mut self, fact: &Fact, label: Part, value: Part) -> Result<(), NotSet> {
        let width = |from: f32, to: f32| (to - from) / TEXT;
        let labels = lines(&fact.label, Weight::Bold, width(MARGIN, VALUES - 8.0), &mut self.missing)?;
        let values = lines(&fact.value, Weight::Regular, width(VALUES, WIDTH - MARGIN), &mut self.missing)?;
        let rows = labels.len().max(values.len());
        let (mut labels, mut values) = (labels.into_iter(), values.into_iter());
        for _ in 0..rows {
            self.next(TEXT);
            labels.next().into_iter().for_each(|line| self.put(label, line, TEXT, MARGIN));
            values.next().into_iter().for_each(|line| self.put(value, line, TEXT, VALUES));
        }
        self.y += 2.0;
        Ok(())
    }
}

/// The sizes of the fonts, in points.
const TITLE: f32 = 20.0;
const HEADING: f32 = 12.0;
const TEXT: f32 = 10.0;
const NUMBER: f32 = 8.0;

/// The height of a line: Indic scripts have signs far above and below the base line.
const fn leading(size: f32) -> f32 {
    size * 1.5
}

/// The pages of a document, and the scripts of the letters that no font has.
pub(crate) fn pages(document: &Document) -> Result<(Vec<Vec<Placed>>, BTreeSet<&'static str>), NotSet> {
    let mut cursor = Cursor { pages: vec![vec![]], y: MARGIN, missing: BTreeSet::new() };
    cursor.flow(Part::Title, &document.title, TITLE, Weight::Bold)?;
    for (index, block) in document.blocks.iter().enumerate() {
        cursor.y += TEXT;
        match block {
            Block::Heading(text) => {
                // A heading is not the last line of a page.
                cursor.room(leading(HEADING) + 2.0 * leading(TEXT));
                cursor.flow(Part::Block(index), text, HEADING, Weight::Bold)?;
            }
            Block::Paragraph(text) => cursor.flow(Part::Block(index), text, TEXT, Weight::Regular)?,
            Block::Facts(facts) => {
                for (row, fact) in facts.iter().enumerate() {
                    cursor.fact(fact, Part::Label(index, row), Part::Value(index, row))?;
                }
            }
        }
    }
    let Cursor { mut pages, mut missing, .. } = cursor;
    let count = pages.len();
    if count > 1 {
        for (index, page) in pages.iter_mut().enumerate() {
            let text = format!("{} of {count}", index + 1);
            for line in lines(&text, Weight::Regular, WIDTH / NUMBER, &mut missing)? {
                let x = (WIDTH - line.width * NUMBER) / 2.0;
                page.push(Placed { part: Part::PageNumber, line, size: NUMBER, x, y: FOOTER });
            }
        }
    }
    Ok((pages, missing))
}
