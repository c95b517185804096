//! What is blank, and what is left of names and messages.

use proptest::prelude::*;

use super::*;

fn name(text: &str) -> String {
    clean_name(text.to_owned())
}

fn text(text: &str) -> String {
    clean_text(text.to_owned())
}

#[test]
fn invisible_characters_are_blank() {
    let blank = "\u{200b}\u{2060}\u{3164}\u{2800}\u{ad}\u{34f}\u{feff}\u{e0020}\u{115f}\u{1160}\u{ffa0}\u{180e}\
                 \u{fe0f}\u{e0100}\u{200c}\u{200d}\u{200e}\u{200f}\u{202e}\u{2066}\u{2069}\u{61c}\u{2064}\
                 \u{2065}\u{206f}\u{fff9}\u{fffb}\u{ffff}\u{fdd0}\u{10ffff}\u{e000}\u{f0000}\u{0}\u{1b}\u{7f}\
                 \u{85} \u{a0}\u{3000}\u{1680}\u{2028}\u{180b}\u{17b4}\u{1d173}\u{1d159}\u{fffc}";
    for character in blank.chars().map(String::from) {
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
fn names_lose_invisible_characters() {
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
    for (given, expected) in cases {
        assert_eq!(name(given), expected, "{given:?}");
    }
}

#[test]
fn names_keep_joiners_that_emoji_and_scripts_need() {
    for expected in [
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
        assert_eq!(name(expected), expected, "{expected:?}");
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
    for (given, expected) in cases {
        assert_eq!(text(given), expected, "{given:?}");
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
    fn cleaning_is_idempotent(given in any_text()) {
        let (name, text) = (name(&given), text(&given));
        prop_assert_eq!(&clean_name(name.clone()), &name);
        prop_assert_eq!(&clean_text(text.clone()), &text);
    }

    #[test]
    fn cleaning_keeps_visible_text_visible(given in any_text()) {
        prop_assert_eq!(is_blank(&name(&given)), is_blank(&given));
        prop_assert_eq!(is_blank(&text(&given)), is_blank(&given));
    }

    #[test]
    fn name_is_one_line_without_direction_controls(given in any_text()) {
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
