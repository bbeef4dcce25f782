//! Which preview features there are, and were.
//!
//! From prisma-engines, `psl-core/src/common/preview_features.rs`: what became part of the language is taken on, what was given up is refused.

use super::super::version::Version;

/// Of all versions: active, hidden and stabilised ones. Their case does not matter.
const ALWAYS: &[&str] = &[
    "aggregateApi",
    "atomicNumberOperations",
    "clientExtensions",
    "cockroachDb",
    "connectOrCreate",
    "createMany",
    "dataProxy",
    "deno",
    "distinct",
    "driverAdapters",
    "extendedIndexes",
    "extendedWhereUnique",
    "fieldReference",
    "filterJson",
    "filteredRelationCount",
    "fullTextIndex",
    "fullTextSearch",
    "groupBy",
    "improvedQueryRaw",
    "interactiveTransactions",
    "jsonProtocol",
    "microsoftSqlServer",
    "middlewares",
    "mongoDb",
    "multiSchema",
    "namedConstraints",
    "nApi",
    "nativeDistinct",
    "nativeTypes",
    "omitApi",
    "orderByAggregateGroup",
    "orderByNulls",
    "orderByRelation",
    "postgresqlExtensions",
    "prismaSchemaFolder",
    "reactNative",
    "referentialActions",
    "referentialIntegrity",
    "relationJoins",
    "selectRelationCount",
    "strictUndefinedChecks",
    "tracing",
    "transactionApi",
    "typedSql",
    "uncheckedScalarInputs",
    "views",
];

/// With the major version that they came with.
const SINCE: &[(&str, u32)] = &[
    ("fullTextSearchPostgres", 6),
    ("queryCompiler", 6),
    ("schemaEngineDriverAdapters", 6),
    ("shardKeys", 6),
    ("partialIndexes", 7),
];

/// With the major version that no longer has them.
const UNTIL: &[(&str, u32)] = &[("metrics", 7)];

/// Why a version does not take a preview feature; `None` when it does.
pub(super) fn refusal(feature: &str, version: Version) -> Option<String> {
    let is = |known: &str| known.eq_ignore_ascii_case(feature);
    if ALWAYS.iter().copied().any(is) {
        return None;
    }
    if let Some((_, since)) = SINCE.iter().find(|(name, _)| is(name)) {
        return version
            .is_surely_before(*since)
            .then(|| format!("the preview feature `{feature}` came with Prisma {since}"));
    }
    if let Some((_, until)) = UNTIL.iter().find(|(name, _)| is(name)) {
        return version
            .is_surely(*until)
            .then(|| format!("Prisma {until} has no preview feature `{feature}` any more"));
    }
    Some(format!("the preview feature `{feature}` is not known"))
}
