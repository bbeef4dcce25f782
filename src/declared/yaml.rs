//! The part of YAML that workspaces' files use: mappings and lists by indent, flow lists and flow mappings, quoted and plain scalars, comments.
//!
//! No anchors, tags, block scalars or merges: what has them gives fewer values, never wrong keys for others.

/// A scalar and the keys that lead to it; an item of a list has the keys of its list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) path: Vec<String>,
    pub(crate) value: String,
}

impl Scalar {
    /// Whether these keys lead to it.
    pub(crate) fn is_at(&self, path: &[&str]) -> bool {
        self.path == path
    }
}

/// All scalars of a document, in their order.
pub(crate) fn scalars(text: &str) -> Vec<Scalar> {
    let mut found = Vec::new();
    let mut outer: Vec<(usize, String)> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = without_comment(line);
        let mut rest = line.trim_start();
        if rest.is_empty() || rest == "---" {
            continue;
        }
        let indent = line.len() - rest.len();
        let item = rest.strip_prefix('-').filter(|after| after.is_empty() || after.starts_with(' '));
        // A list may stand as far left as the key that holds it.
        outer.retain(|(at, _)| *at < indent || item.is_some() && *at == indent);
        if let Some(after) = item {
            rest = after.trim_start();
        }
        let (key, value) = key_and_value(rest);
        let mut path: Vec<String> = outer.iter().map(|(_, key)| key.clone()).collect();
        if let Some(key) = key {
            path.push(key.clone());
            outer.push((line.len() - rest.len(), key));
        }
        let mut value = value.trim().to_owned();
        while depth(&value) > 0 {
            let Some(next) = lines.next() else { break };
            value.push(' ');
            value.push_str(without_comment(next).trim());
        }
        read_value(&value, &path, &mut found);
    }
    found
}

/// A value at the end of `path`: a flow list, a flow mapping, or a scalar; nothing where the value stands on the lines below.
fn read_value(value: &str, path: &[String], found: &mut Vec<Scalar>) {
    let inner = |open, close| value.strip_prefix(open).and_then(|v: &str| v.strip_suffix(close));
    if let Some(items) = inner('[', ']') {
        parts(items).into_iter().for_each(|item| read_value(item, path, found));
    } else if let Some(entries) = inner('{', '}') {
        for entry in parts(entries) {
            if let (Some(key), value) = key_and_value(entry) {
                read_value(value.trim(), &[path, &[key]].concat(), found);
            }
        }
    } else if !value.is_empty() {
        found.push(Scalar { path: path.to_vec(), value: unquoted(value).to_owned() });
    }
}

/// `key: value`, or a value alone.
fn key_and_value(text: &str) -> (Option<String>, &str) {
    let end = outside_quotes(text)
        .find(|&(at, c)| c == ':' && text[at + 1..].chars().next().is_none_or(char::is_whitespace))
        .filter(|&(at, _)| !text[..at].contains(['{', '[']));
    match end {
        Some((at, _)) => (Some(unquoted(text[..at].trim()).to_owned()), &text[at + 1..]),
        None => (None, text),
    }
}

/// Cut at the commas of the outermost level.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut level) = (Vec::new(), 0, 0_i32);
    for (at, c) in outside_quotes(text) {
        match c {
            '[' | '{' => level += 1,
            ']' | '}' => level -= 1,
            ',' if level == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// How many brackets are open at the end.
fn depth(text: &str) -> i32 {
    if !text.starts_with(['[', '{']) {
        return 0;
    }
    let level = |c: char| i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'));
    outside_quotes(text).map(|(_, c)| level(c)).sum()
}

fn without_comment(line: &str) -> &str {
    let starts = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    let comment = outside_quotes(line).find(|&(at, c)| c == '#' && starts(at));
    comment.map_or(line, |(at, _)| &line[..at]).trim_end()
}

/// The characters that stand in no quotes, which are such only where a scalar begins.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut open = None;
    let mut before = ' ';
    text.char_indices().filter(move |&(_, c)| {
        let begins = before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':');
        before = c;
        match open {
            Some(quote) => {
                if c == quote {
                    open = None;
                }
                false
            }
            None if begins && matches!(c, '\'' | '"') => {
                open = Some(c);
                false
            }
            None => true,
        }
    })
}

fn unquoted(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote).and_then(|t: &str| t.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let shown: Vec<String> = scalars(text).iter().map(|s| format!("{} = {}", s.path.join("."), s.value)).collect();
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn mappings_and_lists() {
        check("a: 1\nb:\n  c: x # not\n  'd e': \"y: z\"\nf: g#h\n", &["a = 1", "b.c = x", "b.d e = y: z", "f = g#h"]);
        check("p:\n  - 'a/*'\n  # none\n\n  - \"!b\"\nq: r", &["p = a/*", "p = !b", "q = r"]);
        check("p:\n- a\n- b\nq: r", &["p = a", "p = b", "q = r"]);
        check("---\np: [a, 'b, c'] # x\nq: {r: 1, \"s\": [t]}", &["p = a", "p = b, c", "q.r = 1", "q.s = t"]);
        check("p: [\n  a,\n  'b', # x\n]\nq: r", &["p = a", "p = b", "q = r"]);
        check("p:\n  - n: 1\n    m: 2\nq: it's", &["p.n = 1", "p.m = 2", "q = it's"]);
    }
}
