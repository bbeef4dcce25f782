//! Names out of keys, as `drizzle-orm/src/casing.ts` makes them.

/// Drizzle's option `casing`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Casing {
    Snake,
    Camel,
}

impl Casing {
    /// `snake_case` or `camelCase`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "snake_case" => Some(Self::Snake),
            "camelCase" => Some(Self::Camel),
            _ => None,
        }
    }

    /// The name of a column that has none of its own.
    #[must_use]
    pub fn apply(self, key: &str) -> String {
        let words = words(key);
        match self {
            Self::Snake => words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_"),
            Self::Camel => {
                let mut name = String::new();
                for (index, word) in words.iter().enumerate() {
                    if index == 0 {
                        name.push_str(&word.to_lowercase());
                    } else {
                        let (first, rest) = word.split_at(1);
                        name.push_str(&first.to_uppercase());
                        name.push_str(rest);
                    }
                }
                name
            }
        }
    }
}

/// `/[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g`
fn words(key: &str) -> Vec<String> {
    let chars: Vec<char> = key.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
    let small = |at: usize| chars.get(at).is_some_and(|c| c.is_ascii_digit() || c.is_ascii_lowercase());
    let big = |at: usize| chars.get(at).is_some_and(char::is_ascii_uppercase);
    let (mut words, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        let start = at;
        if small(at) {
            while small(at) {
                at += 1;
            }
        } else if big(at) {
            while big(at) {
                at += 1;
            }
            // `(?![a-z])` gives the last capital back to the word that follows.
            if chars.get(at).is_some_and(char::is_ascii_lowercase) {
                at -= 1;
            }
            if at == start {
                at += 1;
                while small(at) {
                    at += 1;
                }
            }
        } else {
            at += 1;
            continue;
        }
        words.push(chars[start..at].iter().collect());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Casing;

    #[test]
    fn as_drizzle_does() {
        for (key, snake, camel) in [
            ("userID", "user_id", "userID"),
            ("HTMLParser", "html_parser", "htmlParser"),
            ("address1", "address1", "address1"),
            ("createdAt", "created_at", "createdAt"),
            ("A1b", "a_1b", "a1b"),
            ("is_ok", "is_ok", "isOk"),
            ("s3URLKey", "s3_url_key", "s3URLKey"),
            ("don't", "dont", "dont"),
        ] {
            assert_eq!(Casing::Snake.apply(key), snake);
            assert_eq!(Casing::Camel.apply(key), camel);
        }
    }
}
