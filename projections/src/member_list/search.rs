//! Names are found and ordered by a key that ignores case, accents, apostrophes and the width of
//! letters. The projector stores the key of each name and a query is folded in the same way, so the
//! result does not depend on the locale of Postgres.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::props::{CanonicalCombiningClass, Dash, DefaultIgnorableCodePoint};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Increment it with every change of [`search_key`], and the projectors rewrite the keys.
pub(super) const SEARCH_VERSION: i32 = 1;
/// Some letters fold to many characters, and cursors and indexes contain whole keys.
const MAX_KEY_CHARS: usize = 200;

/// The folded words of a name, with single spaces between them.
pub(super) fn search_key(name: &str) -> String {
    let key = words(name).join(" ");
    // A name of nothing but punctuation.
    let key = if key.is_empty() { name.to_lowercase() } else { key };
    key.chars().take(MAX_KEY_CHARS).collect()
}

/// The folded words of a query. A name matches if it contains all of them.
pub(super) fn words(text: &str) -> Vec<String> {
    // No name is longer, so the rest of a longer query need not be compared.
    let start: String = text.chars().filter(|c| !is_ignored(*c)).take(MAX_KEY_CHARS).collect();
    let mut folded = String::with_capacity(start.len());
    for c in DecomposingNormalizerBorrowed::new_nfkd().normalize(&start).chars() {
        fold(c, &mut folded);
    }
    folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn fold(c: char, folded: &mut String) {
    if c.is_whitespace() || matches!(c, ',' | ';') || CodePointSetData::new::<Dash>().contains(c) {
        folded.push(' ');
    } else if !is_ignored(c) {
        // Lower, upper, lower: so ẞ, ß and SS come together, σ and ς, and i, ı and İ.
        let letters = c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        for letter in letters.filter(|letter| !is_ignored(*letter)) {
            match plain(letter) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(letter),
            }
        }
    }
}

/// Accents, apostrophes, dots, quotation marks and invisible characters.
fn is_ignored(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '´'
            | '‘'
            | '’'
            | '‛'
            | '′'
            | 'ʹ'
            | 'ʻ'
            | 'ʼ'
            | 'ʽ'
            | 'ʾ'
            | 'ʿ'
            | '׳'
            | '״'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '.'
            | '·'
            | 'ـ'
    ) || c.is_control()
        || is_accent(c)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Accents of Latin, Greek and Cyrillic, and the points of Hebrew, Arabic and Syriac. Other marks
/// are letters of their scripts, or change letters.
fn is_accent(c: char) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new().get(c).0;
    matches!(class, 1 | 10..=36 | 200..=240)
}

/// Letters without a decomposition, as they are typed on keyboards that lack them.
const fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ĸ' => "k",
        'ə' | 'ǝ' => "e",
        'ɨ' => "i",
        'ƶ' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_fold_to_one_key() {
        for spellings in [
            &["Élodie Durand", "e\u{301}lodie durand", "ÉLODIE DURAND", "Elodie  Durand ", "élodie\u{a0}durand"][..],
            &["Zoé", "Zoe\u{301}", "ZOÉ", "zoe"],
            &["Işık", "ışık", "IŞIK", "isik", "İŞİK"],
            &["İstanbul", "istanbul", "ISTANBUL", "ıstanbul"],
            &["Straße", "STRASSE", "straẞe", "strasse"],
            &["Σίσυφος", "σίσυφοσ", "ΣΊΣΥΦΟΣ", "σισυφος"],
            &["O’Neill", "O'Neill", "oneill", "OʼNeill", "O`Neill"],
            &["d’Angelo", "d'angelo", "D´ANGELO"],
            &["Jean-Pierre", "jean pierre", "Jean\u{2011}Pierre", "JEAN–PIERRE"],
            &["Søren", "soren", "SØREN"],
            &["Æsir", "aesir", "ÆSIR"],
            &["Łukasz Đorđević", "lukasz dordevic"],
            &["Þór", "thor"],
            &["ﬁne", "FINE", "fine"],
            &["Ａｄａ", "ada"],
            &["نام\u{200c}ها", "نامها"],
            &["أحمد", "احمد"],
            &["Йордан", "иордан"],
            &["J. R. R. Tolkien", "j r r tolkien"],
            &["Müller", "muller", "MU\u{308}LLER"],
            &["Nguyễn", "nguyen"],
        ] {
            let keys: Vec<String> = spellings.iter().map(|name| search_key(name)).collect();
            assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{spellings:?}: {keys:?}");
        }
    }

    #[test]
    fn letters_of_other_scripts_stay_apart() {
        assert_ne!(search_key("か"), search_key("が"));
        assert_ne!(search_key("कि"), search_key("का"));
        assert_ne!(search_key("ads"), search_key("adz"));
        assert_eq!(words("100%_O’Neill"), ["100%_oneill"]);
    }

    #[test]
    fn key_of_a_name_is_never_empty_and_never_long() {
        for name in ["...", "’", "-", "🎉", "ﷺ"] {
            assert!(!search_key(name).is_empty(), "{name}");
        }
        assert!(search_key(&"ﷺ".repeat(100)).chars().count() <= MAX_KEY_CHARS);
        assert_eq!(words(" \t"), [""; 0]);
    }
}
