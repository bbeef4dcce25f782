//! The whole check against the bare cost of parsing the same bytes, over projects of growing size. The check should cost at most one and a half
//! times the parsing, and both should grow with the bytes alone. Both sides use the program's allocator.

mod drizzle;
mod hook;
mod prisma;

use divan::Bencher;
use rayon::prelude::*;
use undrift::check::{CheckRequest, New, Project, ReadAhead, Scope, check};
use undrift::config::{DeclaredSource, MigrationsSource, Target};
use undrift::declared::prisma::LANGUAGE;
use undrift::diagnostic::Levels;
use undrift::rules::order::Standpoint;
use undrift::source::{MemoryTree, SourceMap};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Texts by their paths.
type Files = Vec<(String, String)>;

const SIZES: [usize; 3] = [10, 100, 1000];
const MODELS: usize = 150;
const MODEL_MIGRATIONS: usize = 500;

#[divan::bench(args = SIZES)]
fn drizzle_check(bencher: Bencher<'_, '_>, migrations: usize) {
    let declared = DeclaredSource::Drizzle { entries: vec!["schema.ts".into()], casing: None };
    whole_check(bencher, drizzle::project(migrations), declared, "migrations");
}

#[divan::bench(args = SIZES)]
fn drizzle_bare_parse(bencher: Bencher<'_, '_>, migrations: usize) {
    bare_parse(bencher, &drizzle::project(migrations));
}

#[divan::bench]
fn prisma_check(bencher: Bencher<'_, '_>) {
    let declared = DeclaredSource::Schema { language: &LANGUAGE, path: "prisma/schema.prisma".into() };
    whole_check(bencher, prisma::project(MODELS, MODEL_MIGRATIONS), declared, "prisma/migrations");
}

#[divan::bench]
fn prisma_bare_parse(bencher: Bencher<'_, '_>) {
    bare_parse(bencher, &prisma::project(MODELS, MODEL_MIGRATIONS));
}

fn whole_check(bencher: Bencher<'_, '_>, files: Files, declared: DeclaredSource, dir: &str) {
    let tree = MemoryTree::new(files);
    let target = Target {
        name: "bench".into(),
        dialect: "postgresql".into(),
        declared: Some(declared),
        migrations: Some(MigrationsSource { dir: dir.into(), ..MigrationsSource::default() }),
        ..Target::default()
    };
    bencher.bench_local(|| {
        let sources = SourceMap::default();
        let project = Project {
            tree: &tree,
            sources: &sources,
            targets: vec![target.clone()],
            levels: Levels::default(),
            baseline: None,
            not_checked: Vec::new(),
            problems: Vec::new(),
            read: ReadAhead::default(),
        };
        let scope = Scope { words: "all migrations".into(), new: New::All, standpoint: Standpoint::default() };
        let outcome =
            check(&project, &CheckRequest { only: Vec::new(), scope: &scope, ignore_baseline: false, now: None });
        assert!(outcome.findings.is_empty(), "the synthetic project is clean: {:?}", outcome.findings.first());
    });
}

fn bare_parse(bencher: Bencher<'_, '_>, files: &Files) {
    bencher.bench_local(|| {
        files.par_iter().for_each(|(path, text)| {
            if path.ends_with(".sql") {
                divan::black_box(pg_query::parse(text, 0).expect("valid SQL"));
            } else if path.ends_with(".ts") {
                let allocator = oxc_allocator::Allocator::default();
                let parsed = oxc_parser::Parser::new(&allocator, text, oxc_span::SourceType::ts()).parse();
                divan::black_box(parsed.program.body.len());
            }
        });
    });
}
