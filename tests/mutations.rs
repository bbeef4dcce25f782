//! Broken SQL: the cases of the differential test with bytes taken out, put in and moved. Nothing may panic, every place lies in the text, and
//! the same text gives the same answer.

use proptest::prelude::*;
use undrift::ddl::postgres::PostgreSql;
use undrift::dump::{DumpContext, to_sql};
use undrift::replay::{ReplaySettings, replay_scripts};
use undrift::source::SourceMap;

const ODD: [&str; 20] = [
    "'", "\"", "$$", "$a$", "/*", "*/", "--", "\n", ";", "(", ")", "\\", "\0", "é", "\u{feff}", "::", ",", "BEGIN;",
    "0x", "{",
];

/// One change of a text, at a place given as a share of its length.
#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, u16),
    Remove(u16, u16),
    Repeat(u16, u16),
    Cut(u16),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..ODD.len(), any::<u16>()).prop_map(|(what, at)| Edit::Insert(what, at)),
        (any::<u16>(), 0..40_u16).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<u16>(), 0..80_u16).prop_map(|(at, length)| Edit::Repeat(at, length)),
        any::<u16>().prop_map(Edit::Cut),
    ]
}

fn place(text: &str, share: u16) -> usize {
    let mut at = text.len() * usize::from(share) / usize::from(u16::MAX);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn end(text: &str, start: usize, length: u16) -> usize {
    let mut end = (start + usize::from(length)).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

fn apply(text: &mut String, edit: &Edit) {
    match *edit {
        Edit::Insert(what, at) => text.insert_str(place(text, at), ODD[what]),
        Edit::Remove(at, length) => {
            let start = place(text, at);
            text.replace_range(start..end(text, start, length), "");
        }
        Edit::Repeat(at, length) => {
            let start = place(text, at);
            let again = text[start..end(text, start, length)].to_owned();
            text.insert_str(start, &again);
        }
        Edit::Cut(at) => text.truncate(place(text, at)),
    }
}

fn corpus() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres_oracle/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("the cases").flatten().map(|e| e.path()).collect();
    files.sort();
    let texts = files.iter().map(|f| std::fs::read_to_string(f).expect("a case file"));
    texts.flat_map(|t| t.split("-- case: ").skip(1).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Everything that a replay says of a text.
fn answer(sql: &str) -> String {
    let sources = SourceMap::default();
    let file = sources.add("m.sql", sql.to_owned());
    let settings = ReplaySettings::default();
    let replayed = replay_scripts(&[file], &settings);
    let mut said = to_sql(&replayed.catalog, &DumpContext::of(&replayed, &settings.search_path), &PostgreSql);
    for issue in &replayed.issues {
        for span in [issue.statement, issue.span] {
            assert!(sql.get(span.range()).is_some(), "{span:?} does not lie in the text: {}", issue.message);
        }
        said.push_str(&issue.message);
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn broken_sql_is_survived(case in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..6)) {
        let corpus = corpus();
        let mut text = corpus[case.index(corpus.len())].clone();
        edits.iter().for_each(|e| apply(&mut text, e));
        prop_assert_eq!(answer(&text), answer(&text));
    }
}
