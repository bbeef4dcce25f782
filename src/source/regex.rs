//! A small matcher for the regular expressions with which schemas and migrations make names: `name.replace(/([A-Z])/g, "_$1")`,
//! `regexp_replace(conname, '_key$', '_uq')`.
//!
//! Backtracking over a parsed pattern, with bounded steps. Patterns are read as JavaScript has them; what other languages read otherwise, their
//! readers keep away from here. What it does not know (look-behind, back references, named groups, `\p`) makes the whole expression unknown,
//! never wrong.

/// Steps that one search may take.
const MAX_STEPS: usize = 200_000;

/// A parsed pattern.
pub struct Regex {
    root: Pattern,
    groups: usize,
    ignore_case: bool,
    multiline: bool,
    dot_all: bool,
}

/// A match, as byte ranges.
pub struct Match {
    pub start: usize,
    pub end: usize,
    pub groups: Vec<Option<(usize, usize)>>,
}

/// Alternatives, each a sequence.
struct Pattern(Vec<Vec<Piece>>);

struct Piece {
    what: What,
    min: usize,
    max: usize,
    lazy: bool,
}

enum What {
    Char(char),
    Any,
    Class(Vec<(char, char)>, bool),
    Start,
    End,
    WordBoundary(bool),
    /// A group and its number, where it captures.
    Group(Pattern, Option<usize>),
    LookAhead(Pattern, bool),
}

impl Regex {
    /// `None` when the pattern uses what is not known here.
    #[must_use]
    pub fn new(pattern: &str, flags: &str) -> Option<Self> {
        if flags.chars().any(|flag| !matches!(flag, 'g' | 'i' | 'm' | 's' | 'u')) {
            return None;
        }
        let mut parser = Parser { chars: pattern.chars().collect(), at: 0, groups: 0, depth: 0 };
        let root = parser.alternatives()?;
        if parser.at != parser.chars.len() {
            return None;
        }
        let has = |flag| flags.contains(flag);
        Some(Self { root, groups: parser.groups, ignore_case: has('i'), multiline: has('m'), dot_all: has('s') })
    }

    /// All matches that do not overlap, each the first that backtracking finds; `None` when the search takes too many steps.
    #[must_use]
    pub fn find_all(&self, text: &str) -> Option<Vec<Match>> {
        self.find(text, false)
    }

    /// All matches that do not overlap, each the longest at its place, as POSIX wants it; `None` when the search takes too many steps.
    #[must_use]
    pub fn find_longest(&self, text: &str) -> Option<Vec<Match>> {
        self.find(text, true)
    }

    fn find(&self, text: &str, longest: bool) -> Option<Vec<Match>> {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let byte = |at: usize| chars.get(at).map_or(text.len(), |(byte, _)| *byte);
        let mut search = Search { regex: self, chars: &chars, captures: vec![None; self.groups], steps: 0 };
        let (mut matches, mut at) = (Vec::new(), 0);
        while at <= chars.len() {
            search.captures.fill(None);
            let mut found: Option<(usize, Captures)> = None;
            search.pattern(&self.root, at, &mut |search, stop| {
                if found.as_ref().is_none_or(|(end, _)| *end < stop) {
                    found = Some((stop, search.captures.clone()));
                }
                // A refusal makes it look for more.
                !longest
            });
            if search.steps > MAX_STEPS {
                return None;
            }
            let Some((stop, captures)) = found else {
                at += 1;
                continue;
            };
            let groups = captures.iter().map(|group| group.map(|(a, b)| (byte(a), byte(b)))).collect();
            matches.push(Match { start: byte(at), end: byte(stop), groups });
            at = if stop == at { at + 1 } else { stop };
        }
        Some(matches)
    }
}

/// What each group matched, as places in the text's characters.
type Captures = Vec<Option<(usize, usize)>>;

struct Search<'a> {
    regex: &'a Regex,
    chars: &'a [(usize, char)],
    captures: Captures,
    steps: usize,
}

type Next<'n> = &'n mut dyn FnMut(&mut Search<'_>, usize) -> bool;

impl Search<'_> {
    fn pattern(&mut self, pattern: &Pattern, at: usize, next: Next<'_>) -> bool {
        pattern.0.iter().any(|sequence| self.sequence(sequence, at, next))
    }

    fn sequence(&mut self, sequence: &[Piece], at: usize, next: Next<'_>) -> bool {
        match sequence.split_first() {
            None => next(self, at),
            Some((piece, rest)) => self.repeat(piece, 0, at, &mut |search, at| search.sequence(rest, at, next)),
        }
    }

    fn repeat(&mut self, piece: &Piece, count: usize, at: usize, next: Next<'_>) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return false;
        }
        if count >= piece.min && piece.lazy && next(self, at) {
            return true;
        }
        if count < piece.max
            && self.once(&piece.what, at, &mut |search, after| {
                // An empty repetition would repeat for ever.
                (after > at || count < piece.min) && search.repeat(piece, count + 1, after, next)
            })
        {
            return true;
        }
        count >= piece.min && !piece.lazy && next(self, at)
    }

    fn once(&mut self, what: &What, at: usize, next: Next<'_>) -> bool {
        let here = self.chars.get(at).map(|(_, c)| *c);
        let before = at.checked_sub(1).and_then(|at| self.chars.get(at)).map(|(_, c)| *c);
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        match what {
            What::Char(wanted) => here.is_some_and(|c| self.same(c, *wanted)) && next(self, at + 1),
            What::Any => here.is_some_and(|c| self.regex.dot_all || c != '\n') && next(self, at + 1),
            What::Class(ranges, negated) => {
                let inside = |c: char| ranges.iter().any(|&(a, b)| (a..=b).contains(&c));
                let matches = here.is_some_and(|c| {
                    let found = inside(c)
                        || self.regex.ignore_case && (inside(c.to_ascii_lowercase()) || inside(c.to_ascii_uppercase()));
                    found != *negated
                });
                matches && next(self, at + 1)
            }
            What::Start => (at == 0 || self.regex.multiline && before == Some('\n')) && next(self, at),
            What::End => (here.is_none() || self.regex.multiline && here == Some('\n')) && next(self, at),
            What::WordBoundary(wanted) => ((word(before) != word(here)) == *wanted) && next(self, at),
            What::Group(pattern, None) => self.pattern(pattern, at, next),
            What::Group(pattern, Some(number)) => {
                let old = self.captures[*number];
                let matched = self.pattern(pattern, at, &mut |search, end| {
                    let inner = search.captures[*number].replace((at, end));
                    let matched = next(search, end);
                    if !matched {
                        search.captures[*number] = inner;
                    }
                    matched
                });
                if !matched {
                    self.captures[*number] = old;
                }
                matched
            }
            What::LookAhead(pattern, wanted) => {
                self.pattern(pattern, at, &mut |_, _| true) == *wanted && next(self, at)
            }
        }
    }

    fn same(&self, a: char, b: char) -> bool {
        a == b || self.regex.ignore_case && a.eq_ignore_ascii_case(&b)
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    groups: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let found = wanted.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if found {
            self.at += wanted.chars().count();
        }
        found
    }

    fn alternatives(&mut self) -> Option<Pattern> {
        self.depth += 1;
        if self.depth > 50 {
            return None;
        }
        let mut alternatives = vec![Vec::new()];
        while let Some(c) = self.peek() {
            match c {
                ')' => break,
                '|' => {
                    self.at += 1;
                    alternatives.push(Vec::new());
                }
                _ => {
                    let piece = self.piece()?;
                    alternatives.last_mut()?.push(piece);
                }
            }
        }
        self.depth -= 1;
        Some(Pattern(alternatives))
    }

    fn piece(&mut self) -> Option<Piece> {
        let what = self.what()?;
        let (min, max) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => return self.counted(what),
            _ => return Some(Piece { what, min: 1, max: 1, lazy: false }),
        };
        self.at += 1;
        Some(Piece { what, min, max, lazy: self.eat("?") })
    }

    fn counted(&mut self, what: What) -> Option<Piece> {
        let end = self.at + self.chars[self.at..].iter().position(|&c| c == '}')?;
        let text: String = self.chars[self.at + 1..end].iter().collect();
        self.at = end + 1;
        let (min, max) = match text.split_once(',') {
            None => (text.parse().ok()?, text.parse().ok()?),
            Some((min, "")) => (min.parse().ok()?, usize::MAX),
            Some((min, max)) => (min.parse().ok()?, max.parse().ok()?),
        };
        Some(Piece { what, min, max, lazy: self.eat("?") })
    }

    fn what(&mut self) -> Option<What> {
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            '.' => What::Any,
            '^' => What::Start,
            '$' => What::End,
            '[' => return self.class(),
            '(' => return self.group(),
            '\\' => return self.escape(),
            '*' | '+' | '?' | '{' => return None,
            other => What::Char(other),
        })
    }

    fn group(&mut self) -> Option<What> {
        let look_ahead = if self.eat("?=") {
            Some(true)
        } else if self.eat("?!") {
            Some(false)
        } else {
            None
        };
        let number = if look_ahead.is_some() || self.eat("?:") {
            None
        } else if self.peek() == Some('?') {
            return None;
        } else {
            self.groups += 1;
            Some(self.groups - 1)
        };
        let pattern = self.alternatives()?;
        if !self.eat(")") {
            return None;
        }
        Some(match look_ahead {
            Some(wanted) => What::LookAhead(pattern, wanted),
            None => What::Group(pattern, number),
        })
    }

    fn escape(&mut self) -> Option<What> {
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            'b' => What::WordBoundary(true),
            'B' => What::WordBoundary(false),
            'D' | 'W' | 'S' => What::Class(shorthand(c.to_ascii_lowercase())?, true),
            'd' | 'w' | 's' => What::Class(shorthand(c)?, false),
            _ => What::Char(escaped(c)?),
        })
    }

    fn class(&mut self) -> Option<What> {
        let negated = self.eat("^");
        let mut ranges = Vec::new();
        loop {
            let c = self.peek()?;
            self.at += 1;
            let first = match c {
                ']' => return Some(What::Class(ranges, negated)),
                '\\' => {
                    let c = self.peek()?;
                    self.at += 1;
                    if let Some(set) = shorthand(c) {
                        ranges.extend(set);
                        continue;
                    }
                    escaped(c)?
                }
                other => other,
            };
            if self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|&c| c != ']') {
                self.at += 1;
                let last = self.peek()?;
                self.at += 1;
                let last = if last == '\\' {
                    let c = self.peek()?;
                    self.at += 1;
                    escaped(c)?
                } else {
                    last
                };
                ranges.push((first, last));
            } else {
                ranges.push((first, first));
            }
        }
    }
}

fn shorthand(c: char) -> Option<Vec<(char, char)>> {
    Some(match c {
        'd' => vec![('0', '9')],
        'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        's' => vec![(' ', ' '), ('\t', '\r'), ('\u{a0}', '\u{a0}'), ('\u{feff}', '\u{feff}'), ('\u{2028}', '\u{2029}')],
        _ => return None,
    })
}

fn escaped(c: char) -> Option<char> {
    Some(match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        c if c.is_ascii_alphanumeric() => return None,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_javascript_does() {
        for (pattern, text, expect) in [
            ("[A-Z]", "aBcD", "1-2 3-4"),
            ("([a-z])([A-Z])", "fooBarBaz", "2-4 5-7"),
            (r"\s+", "a  b c", "1-3 4-5"),
            ("a|bc", "abca", "0-1 1-3 3-4"),
            ("^a+?b{2}$", "aabb", "0-4"),
            (r"(?:x|y)(?!z)", "xz yx", "3-4 4-5"),
            (r"\bfoo\b", "foo food", "0-3"),
            ("(a*)*b", "aaac", ""),
        ] {
            let found = Regex::new(pattern, "g").and_then(|regex| regex.find_all(text)).unwrap_or_default();
            let found: Vec<String> = found.iter().map(|m| format!("{}-{}", m.start, m.end)).collect();
            assert_eq!(found.join(" "), expect, "{pattern}");
        }
        let longest = |pattern: &str, text: &str| {
            let found = Regex::new(pattern, "").and_then(|regex| regex.find_longest(text)).unwrap_or_default();
            found.iter().map(|m| format!("{}-{}", m.start, m.end)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(longest("a|ab", "xab"), "1-3");
        assert_eq!(longest("a?(ab)?", "ab"), "0-2 2-2");
        assert!(Regex::new("(?<=a)b", "").is_none());
        assert!(Regex::new("(a+)+$", "").and_then(|regex| regex.find_all(&("a".repeat(60) + "b"))).is_none());
    }
}
