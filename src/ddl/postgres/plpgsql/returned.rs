//! The variables that RETURN and RETURN NEXT name.
//!
//! libpg_query writes the expressions of these statements, but not the number of a bare variable (`retvarno` in
//! `src/pg_query_json_plpgsql.c` is commented out), so that `RETURN x` looks like `RETURN`. The text still has it.

use std::collections::{BTreeMap, VecDeque};

use crate::ddl::postgres::lexer::{Kind, Token, Tokens};

/// What stands between RETURN (or RETURN NEXT) and the semicolon, by line of the body. RETURN QUERY is not among them.
#[derive(Default)]
pub(super) struct Returned {
    by_line: BTreeMap<u64, VecDeque<String>>,
}

impl Returned {
    /// Of a whole `CREATE FUNCTION …`; a `DO` block returns nothing.
    pub(super) fn of(statement: &str) -> Self {
        let mut returned = Self::default();
        let Some(body) = body(statement) else { return returned };
        let tokens: Vec<Token> = Tokens::new(&body).filter(|t| t.kind != Kind::Comment).collect();
        let is = |at: usize, word: &str| tokens.get(at).is_some_and(|t| is_word(&body, t, word));
        let mut line = 1;
        let mut counted = 0;
        for at in (0..tokens.len()).filter(|&at| is(at, "return") && !is(at + 1, "query")) {
            let first = at + 1 + usize::from(is(at + 1, "next"));
            let end = (first..tokens.len()).find(|&i| tokens[i].kind == Kind::Semicolon).unwrap_or(tokens.len());
            let written = match tokens.get(first..end) {
                Some([from, .., to]) => &body[from.start..to.end],
                Some([only]) => &body[only.start..only.end],
                _ => "",
            };
            line += body[counted..tokens[at].start].bytes().filter(|&b| b == b'\n').count() as u64;
            counted = tokens[at].start;
            returned.by_line.entry(line).or_default().push_back(written.to_owned());
        }
        returned
    }

    /// The next one on a line, as statements are read in the order of the text.
    pub(super) fn take(&mut self, line: u64) -> Option<String> {
        self.by_line.get_mut(&line)?.pop_front().filter(|written| !written.is_empty())
    }
}

/// The text after AS, without its quotes.
fn body(statement: &str) -> Option<String> {
    let tokens: Vec<Token> = Tokens::new(statement).filter(|t| t.kind != Kind::Comment).collect();
    let quoted = |t: &Token| matches!(t.kind, Kind::DollarString | Kind::String);
    let pair = tokens.windows(2).find(|pair| is_word(statement, &pair[0], "as") && quoted(&pair[1]))?;
    let written = &statement[pair[1].start..pair[1].end];
    if pair[1].kind == Kind::DollarString {
        let open = written[1..].find('$')? + 2;
        return Some(written.get(open..written.len().checked_sub(open)?)?.to_owned());
    }
    // The escapes of E'…' could hide line feeds.
    Some(written.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))
}

fn is_word(text: &str, token: &Token, word: &str) -> bool {
    token.kind == Kind::Word && text[token.start..token.end].eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_by_their_lines() {
        let text = "CREATE FUNCTION f() RETURNS text AS $f$\nBEGIN\n  IF a THEN RETURN b; END IF; RETURN x || 'RETURN y;'; -- RETURN z;\n\
                    RETURN NEXT n; RETURN QUERY SELECT 1; RETURN;\nEND $f$ LANGUAGE plpgsql";
        let mut returned = Returned::of(text);
        let mut take = |line| returned.take(line);
        let found = [take(3), take(3), take(3), take(4), take(4)];
        assert_eq!(found.map(Option::unwrap_or_default), ["b", "x || 'RETURN y;'", "", "n", ""]);
        assert_eq!(
            Returned::of("CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN ''a''; END'").take(1),
            Some("'a'".into())
        );
        assert_eq!(Returned::of("DO $$ BEGIN RETURN; END $$").take(1), None);
    }
}
