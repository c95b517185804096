//! Removes invisible and misleading characters from texts that members write, by Unicode property.
//!
//! - A text without a visible character is blank.
//! - A name is one line in NFC, with white space collapsed to single spaces and without invisible
//!   characters and controls of the text direction. Joiners, variation selectors and tags stay
//!   where emoji and scripts need them.
//! - A message keeps its line breaks and tabs. It loses other controls, embeddings and overrides of
//!   the text direction, and isolates that are not closed on their line.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{
    BidiControl, DefaultIgnorableCodePoint, Emoji, GeneralCategory, Script, VariationSelector,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Blank glyphs that none of the Unicode properties covers.
const BLANK_GLYPHS: [char; 5] = ['\u{2800}', '\u{fffc}', '\u{13441}', '\u{13442}', '\u{1d159}'];
const KHITAN_FILLER: char = '\u{16fe4}';
const BLACK_FLAG: char = '\u{1f3f4}';
const CANCEL_TAG: char = '\u{e007f}';
const KEYCAP: char = '\u{20e3}';

/// Whether a text has no visible character: only white space, invisible characters and private use.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| is_space(c) || is_invisible(c))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || BLANK_GLYPHS.contains(&c)
}

/// Whether a character has no width, or only a meaning in the reader's font.
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

/// Controls of interlinear annotations and hieroglyphs, which join or hide characters.
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

/// The flag of a region at the start of a text: a black flag, tags of the region, the cancel tag.
fn flag(text: &str) -> Option<&str> {
    let tags = text.strip_prefix(BLACK_FLAG)?;
    let region = tags.find(|c: char| !matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}'))?;
    let length = BLACK_FLAG.len_utf8() + region + CANCEL_TAG.len_utf8();
    (region > 0 && tags.get(region..)?.starts_with(CANCEL_TAG)).then(|| text.get(..length))?
}

/// Normalises a name and removes invisible characters.
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

/// A partly cleaned name.
#[derive(Default)]
struct Name {
    cleaned: String,
    /// White space before the next visible character.
    space: bool,
    /// A joiner before the next visible character.
    joiner: Option<char>,
    /// Whether a joiner can change the last visible character.
    joins: bool,
    /// Whether a variation selector may follow the last character.
    varies: bool,
}

impl Name {
    /// Adds the next character, or the flag that begins with it.
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
            self.allow_modifiers_of(c, rest);
        }
    }

    /// Records which modifiers may follow a visible character.
    fn allow_modifiers_of(&mut self, c: char, rest: &str) {
        let script = CodePointMapData::<Script>::new().get(c);
        if script == Script::Inherited {
            return;
        }
        let is_pictogram = !c.is_ascii()
            && (CodePointSetData::new::<Emoji>().contains(c)
                || matches!(category(c), GeneralCategory::OtherSymbol | GeneralCategory::ModifierSymbol));
        self.joins = match script {
            Script::Common => is_pictogram,
            // Joiners do not change these scripts; two names that look the same would differ.
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

/// Removes controls, including those that change the direction of the text around it.
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

/// The byte offsets of isolates without an end and of ends without an isolate.
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
