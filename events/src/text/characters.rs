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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> String {
        clean_name(text.to_owned())
    }

    fn text(text: &str) -> String {
        clean_text(text.to_owned())
    }

    #[test]
    fn characters_without_ink_are_blank() {
        let blank = [
            "\u{200b}",
            "\u{2060}",
            "\u{3164}",
            "\u{2800}",
            "\u{ad}",
            "\u{34f}",
            "\u{feff}",
            "\u{e0020}",
            "\u{115f}",
            "\u{1160}",
            "\u{ffa0}",
            "\u{180e}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{200c}",
            "\u{200d}",
            "\u{200e}",
            "\u{200f}",
            "\u{202e}",
            "\u{2066}",
            "\u{2069}",
            "\u{61c}",
            "\u{2064}",
            "\u{2065}",
            "\u{206f}",
            "\u{fff9}",
            "\u{fffb}",
            "\u{ffff}",
            "\u{fdd0}",
            "\u{10ffff}",
            "\u{e000}",
            "\u{f0000}",
            "\u{0}",
            "\u{1b}",
            "\u{7f}",
            "\u{85}",
            " ",
            "\u{a0}",
            "\u{3000}",
            "\u{1680}",
            "\u{2028}",
            "\u{180b}",
            "\u{17b4}",
            "\u{1d173}",
            "\u{1d159}",
            "\u{fffc}",
        ];
        for character in blank {
            for times in [1, 3] {
                assert!(is_blank(&character.repeat(times)), "{character:?}");
            }
            assert!(is_blank(&format!(" {character}\n")), "{character:?}");
            assert!(!is_blank(&format!("{character}a")), "{character:?}");
        }
        for visible in ["a", "👩‍🚀", "نام‌ها", ".", "0", "é", "\u{301}", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "क्‍ष", "ー", "\u{600}"]
        {
            assert!(!is_blank(visible), "{visible:?}");
        }
    }

    #[test]
    fn names_lose_what_a_reader_cannot_see() {
        let cases = [
            ("Bob\u{202e}", "Bob"),
            ("\u{202e}txt.exe", "txt.exe"),
            ("a\u{2067}b", "ab"),
            ("a\u{200e}b\u{200f}c\u{61c}", "abc"),
            ("x\nline", "x line"),
            ("x\ty\r\n z", "x y z"),
            ("\u{1b}[31mred", "[31mred"),
            ("  Ada   Adler ", "Ada Adler"),
            ("Ada\u{a0}\u{3000}Adler", "Ada Adler"),
            ("Zoe\u{301}", "Zoé"),
            ("Ad\u{200b}min", "Admin"),
            ("Ad\u{200d}min", "Admin"),
            ("A\u{fe0f}dmin\u{200d}", "Admin"),
            ("a\u{ad} b", "a b"),
            ("\u{feff}Ada\u{2060}", "Ada"),
            ("Ada\u{e0041}\u{e007f}", "Ada"),
            ("Ada\u{e000}", "Ada"),
            ("Ada\u{2800}", "Ada"),
            ("Ada\u{2800}Bo", "Ada Bo"),
            ("a\u{ffff}b\u{fff9}", "ab"),
            ("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}"),
        ];
        for (given, kept) in cases {
            assert_eq!(name(given), kept, "{given:?}");
        }
    }

    #[test]
    fn names_keep_what_emoji_and_scripts_need() {
        for kept in [
            "👩‍🚀",
            "❤️‍🔥",
            "👩🏽‍🦰",
            "🏳️‍🌈",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "1️⃣",
            "نام‌ها",
            "क्‍ष",
            "क्‌ष",
            "র‍্যাব",
            "ශ්‍රී",
            "葛󠄀城",
            "O’Neill",
            "Jean-Pierre",
            "Žofie Šťastná",
            "שָׁלוֹם",
            "ᠰᠠᠶᠢᠨ",
            "+♂️",
        ] {
            assert_eq!(name(kept), kept, "{kept:?}");
        }
    }

    #[test]
    fn messages_keep_lines_and_tabs_and_lose_other_controls() {
        let cases = [
            ("a\n\tb  c ", "a\n\tb  c "),
            ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
            ("\u{1b}[31mred\u{7}", "[31mred"),
            ("\u{202e}abc\u{202c}", "abc"),
            ("\u{2067}שלום\u{2069}!", "\u{2067}שלום\u{2069}!"),
            ("\u{2067}a\nb\u{2069}", "a\nb"),
            ("a\u{2069}\u{2066}b", "ab"),
            ("\u{2066}\u{2067}a\u{2069}", "\u{2067}a\u{2069}"),
            ("שלום\u{200f}!", "שלום\u{200f}!"),
            ("hidden\u{e0068}\u{e0069}", "hidden"),
            ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
            ("👩‍🚀 نام‌ها", "👩‍🚀 نام‌ها"),
        ];
        for (given, kept) in cases {
            assert_eq!(text(given), kept, "{given:?}");
        }
    }

    /// Mostly characters that matter here.
    fn any_text() -> impl Strategy<Value = String> {
        let special = prop::char::ranges(
            vec![
                ' '..='z',
                '\0'..='\u{a0}',
                '\u{ad}'..='\u{ad}',
                '\u{300}'..='\u{34f}',
                '\u{5d0}'..='\u{61c}',
                '\u{915}'..='\u{94d}',
                '\u{180b}'..='\u{180f}',
                '\u{2000}'..='\u{206f}',
                '\u{fe00}'..='\u{fe0f}',
                '\u{1f3f4}'..='\u{1f3ff}',
                '\u{e0001}'..='\u{e01ef}',
            ]
            .into(),
        );
        prop::collection::vec(prop_oneof![3 => special, 1 => any::<char>()], 0..40).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(given in any_text()) {
            let (name, text) = (name(&given), text(&given));
            prop_assert_eq!(&clean_name(name.clone()), &name);
            prop_assert_eq!(&clean_text(text.clone()), &text);
        }

        #[test]
        fn cleaning_leaves_something_where_something_was_visible(given in any_text()) {
            prop_assert_eq!(is_blank(&name(&given)), is_blank(&given));
            prop_assert_eq!(is_blank(&text(&given)), is_blank(&given));
        }

        #[test]
        fn a_name_is_one_line_without_directions(given in any_text()) {
            let name = name(&given);
            let misleads = |c: char| c.is_control() || CodePointSetData::new::<BidiControl>().contains(c);
            prop_assert!(!name.contains(misleads), "{:?}", name);
            prop_assert!(!name.contains("  ") && name.trim() == name, "{:?}", name);
        }

        #[test]
        fn isolates_of_a_message_are_closed_on_their_line(given in any_text()) {
            for line in text(&given).split('\n') {
                prop_assert_eq!(unpaired_isolates(line), Vec::<usize>::new());
            }
        }
    }
}
