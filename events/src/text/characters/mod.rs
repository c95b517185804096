//! Which characters show nothing, and which change how the text around them is read. One set of rules for every text that one
//! person writes and another reads, by Unicode property.
//!
//! - A text is blank where no character of it is visible.
//! - A name is one line: NFC, white space collapsed to single spaces, without characters that are invisible or change the
//!   direction. Joiners, variation selectors and tags stay where emoji and scripts need them.
//! - A message keeps its line breaks and tabs. It loses other controls, embeddings and overrides of the direction, and
//!   isolates that are not closed on their line.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{
    BidiControl, DefaultIgnorableCodePoint, Emoji, GeneralCategory, Script, VariationSelector,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// White space and other glyphs without ink that have none of the properties.
const BLANK_GLYPHS: [char; 5] = ['\u{2800}', '\u{fffc}', '\u{13441}', '\u{13442}', '\u{1d159}'];
const KHITAN_FILLER: char = '\u{16fe4}';
const BLACK_FLAG: char = '\u{1f3f4}';
const CANCEL_TAG: char = '\u{e007f}';
const KEYCAP: char = '\u{20e3}';

/// Whether a text shows nothing to a reader: white space, invisible characters, private use.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| is_space(c) || is_invisible(c))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || BLANK_GLYPHS.contains(&c)
}

/// Takes no place of its own, or shows whatever a font of the reader makes of it.
fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || is_annotation(c)
        || is_noncharacter(c)
        || c == KHITAN_FILLER
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || category(c) == GeneralCategory::PrivateUse
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Controls of interlinear annotations and of hieroglyphs: they join or hide what stands between them.
const fn is_annotation(c: char) -> bool {
    matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{13430}'..='\u{13440}')
}

const fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || c as u32 & 0xfffe == 0xfffe
}

const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e007f}')
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// The flag of a region at the start of the text, such as the flag of Scotland: a black flag, the region in tags, the end tag.
fn flag(text: &str) -> Option<&str> {
    let tags = text.strip_prefix(BLACK_FLAG)?;
    let region = tags.find(|c: char| !matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}'))?;
    let length = BLACK_FLAG.len_utf8() + region + CANCEL_TAG.len_utf8();
    (region > 0 && tags.get(region..)?.starts_with(CANCEL_TAG)).then(|| text.get(..length))?
}

/// A name without what a reader cannot see.
pub(super) fn clean_name(text: String) -> String {
    let simple = text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        && !text.contains("  ")
        && text.trim_matches(' ').len() == text.len();
    if simple {
        return text;
    }
    let mut name = Name::default();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let taken = flag(rest).unwrap_or_else(|| rest.get(..c.len_utf8()).unwrap_or_default());
        rest = rest.get(taken.len()..).unwrap_or_default();
        name.push(c, taken, rest);
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(&name.cleaned).into_owned()
}

/// A name as far as it is cleaned.
#[derive(Default)]
struct Name {
    cleaned: String,
    /// White space before the next visible character.
    space: bool,
    /// A joiner before the next visible character.
    joiner: Option<char>,
    /// Whether the last visible character is of those that a joiner changes.
    joins: bool,
    /// Whether the last character is one that a variation selector may follow.
    varies: bool,
}

impl Name {
    /// The next character, or the flag that begins with it.
    fn push(&mut self, c: char, taken: &str, rest: &str) {
        if is_space(c) {
            *self = Self { cleaned: std::mem::take(&mut self.cleaned), space: true, ..Self::default() };
        } else if is_joiner(c) {
            self.joiner = self.joiner.or_else(|| self.joins.then_some(c));
        } else if CodePointSetData::new::<VariationSelector>().contains(c) {
            if self.joiner.is_none() && std::mem::take(&mut self.varies) {
                self.cleaned.push(c);
            }
        } else if !is_invisible(c) && !CodePointSetData::new::<BidiControl>().contains(c) {
            if std::mem::take(&mut self.space) && !self.cleaned.is_empty() {
                self.cleaned.push(' ');
            }
            self.cleaned.extend(self.joiner.take());
            self.cleaned.push_str(taken);
            self.follow(c, rest);
        }
    }

    /// What may follow a visible character.
    fn follow(&mut self, c: char, rest: &str) {
        let script = CodePointMapData::<Script>::new().get(c);
        if script == Script::Inherited {
            return;
        }
        let is_pictogram = !c.is_ascii()
            && (CodePointSetData::new::<Emoji>().contains(c)
                || matches!(category(c), GeneralCategory::OtherSymbol | GeneralCategory::ModifierSymbol));
        self.joins = match script {
            Script::Common => is_pictogram,
            // No joiner changes how these are written, so it would make two names that look the same.
            script => ![
                Script::Latin,
                Script::Greek,
                Script::Cyrillic,
                Script::Armenian,
                Script::Georgian,
                Script::Hebrew,
                Script::Han,
                Script::Hangul,
                Script::Hiragana,
                Script::Katakana,
                Script::Bopomofo,
            ]
            .contains(&script),
        };
        let is_keycap = || {
            let mut next = rest.chars();
            c.is_ascii() && next.next() == Some('\u{fe0f}') && next.next() == Some(KEYCAP)
        };
        let is_symbol = category(c) == GeneralCategory::MathSymbol;
        self.varies = self.joins || script == Script::Han || (is_symbol && !c.is_ascii()) || is_keycap();
    }
}

/// A message without controls, and without what turns the text of others round.
pub(super) fn clean_text(text: String) -> String {
    if text.bytes().all(|b| b.is_ascii_graphic() || matches!(b, b' ' | b'\n' | b'\t')) {
        return text;
    }
    let text = text.replace("\r\n", "\n").replace(is_line_break, "\n");
    let mut cleaned = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            cleaned.push('\n');
        }
        clean_line(line, &mut cleaned);
    }
    cleaned
}

const fn is_line_break(c: char) -> bool {
    matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn clean_line(line: &str, cleaned: &mut String) {
    let unpaired = unpaired_isolates(line);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let start = line.len() - rest.len();
        let flag = flag(rest);
        let taken = flag.unwrap_or_else(|| rest.get(..c.len_utf8()).unwrap_or_default());
        rest = rest.get(taken.len()..).unwrap_or_default();
        let misleads = (c.is_control() && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}')
            || is_annotation(c)
            || is_noncharacter(c)
            || is_tag(c)
            || unpaired.contains(&start);
        if flag.is_some() || !misleads {
            cleaned.push_str(taken);
        }
    }
}

/// Where the line has isolates that nothing closes, and ends of isolates that nothing opened.
fn unpaired_isolates(line: &str) -> Vec<usize> {
    let (mut open, mut unpaired) = (Vec::new(), Vec::new());
    for (start, c) in line.char_indices() {
        match c {
            '\u{2066}'..='\u{2068}' => open.push(start),
            '\u{2069}' if open.pop().is_none() => unpaired.push(start),
            _ => {}
        }
    }
    unpaired.extend(open);
    unpaired
}

#[cfg(test)]
mod tests;
