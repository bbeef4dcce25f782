//! Scripts made up from numbers. Every statement is written over the catalog that the statements before it leave, so most of them run;
//! some name what does not exist or is there already, and those must be refused as the server refuses them.
//!
//! `ORACLE_GENERATED` gives how many scripts are tried, `ORACLE_SEED` which ones, `ORACLE_STATEMENTS` how long they get at most, and
//! `ORACLE_MOST` after how many that disagree the rest is left.

mod alter;
mod columns;
mod objects;
mod programs;
mod queries;
mod tables;
mod world;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use undrift::model::Catalog;
use world::World;

/// What every script begins with.
const PREAMBLE: [&str; 2] =
    ["CREATE SCHEMA other", "CREATE FUNCTION trig() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"];

type Write = fn(&mut World<'_>) -> String;

/// The statements, with how often each is written.
const STATEMENTS: &[(usize, Write)] = &[
    (16, tables::create_table),
    (3, tables::create_table_as),
    (6, tables::create_partition),
    (3, tables::copy_of_partitioned),
    (4, tables::attach),
    (2, tables::detach),
    (2, tables::inherit),
    (24, alter::alter_table),
    (5, alter::rename),
    (6, alter::rename_part),
    (4, alter::set_schema),
    (8, alter::drop),
    (4, alter::comment),
    (5, objects::create_type),
    (4, objects::alter_type),
    (3, objects::alter_domain),
    (4, objects::sequence),
    (9, objects::create_index),
    (2, objects::other_index),
    (8, queries::create_view),
    (3, objects::function),
    (3, objects::trigger),
    (4, objects::policy),
    (1, objects::schema),
    (1, objects::search_path),
    (5, objects::transaction),
    (1, objects::rows),
    (6, programs::block),
];

fn statement(w: &mut World<'_>) -> String {
    let total: usize = STATEMENTS.iter().map(|(weight, _)| weight).sum();
    let mut at = w.below(total);
    for (weight, write) in STATEMENTS {
        if at < *weight {
            return write(w);
        }
        at -= weight;
    }
    unreachable!("the weights add up to the total")
}

/// The statements of one script; `catalog` gives what the statements before leave.
fn script(numbers: &[Vec<u16>], catalog: impl Fn(&str) -> Catalog) -> Vec<String> {
    let mut statements: Vec<String> = PREAMBLE.iter().map(|&s| s.to_owned()).collect();
    for (index, numbers) in numbers.iter().enumerate() {
        let catalog = catalog(&text(&statements));
        let mut world = World::new(numbers, &catalog);
        let next = if index < 2 { tables::create_table(&mut world) } else { statement(&mut world) };
        statements.push(next);
    }
    statements
}

/// A script as text, one statement a line.
pub(crate) fn text(statements: &[String]) -> String {
    // What is not committed is lost when psql leaves.
    let lines = statements.iter().map(|s| format!("{s};\n"));
    lines.collect::<String>() + "COMMIT;\n"
}

/// So many scripts for a seed, of up to so many statements.
pub(crate) fn scripts(
    count: usize,
    seed: u64,
    most: usize,
    catalog: impl Fn(&str) -> Catalog,
) -> impl Iterator<Item = Vec<String>> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let numbers = prop::collection::vec(prop::collection::vec(any::<u16>(), 60), most.div_ceil(7)..=most);
    (0..count).map(move |_| {
        let tree = numbers.new_tree(&mut runner).expect("numbers are never rejected");
        script(&tree.current(), &catalog)
    })
}

/// The statements that a disagreement needs: others are taken out as long as it stays.
pub(crate) fn shortest(statements: &[String], disagree: impl Fn(&[String]) -> bool) -> Vec<String> {
    let mut kept = statements.to_vec();
    let mut size = kept.len().div_ceil(2);
    loop {
        let mut at = kept.len();
        let before = kept.len();
        while at > 0 {
            let start = at.saturating_sub(size);
            let mut fewer = kept.clone();
            fewer.drain(start..at);
            if disagree(&fewer) {
                kept = fewer;
            }
            at = start;
        }
        if size == 1 && kept.len() == before {
            return kept;
        }
        size = (size / 2).max(1);
    }
}
