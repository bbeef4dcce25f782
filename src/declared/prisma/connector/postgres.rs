//! PostgreSQL. The types are those of Prisma's reference, "PostgreSQL: native type mappings".

use super::super::schema::{BuiltIn, Native};
use super::{Arguments, Connector, IndexMethod, NativeType};
use crate::model::Action;

pub(super) static CONNECTOR: Connector = Connector {
    dialect: "postgresql",
    providers: &["postgresql", "postgres"],
    max_identifier: 63,
    native_types: NATIVE_TYPES,
    scalar_sql,
    native_sql,
    index_methods: &[
        IndexMethod { word: "BTree", name: "btree" },
        IndexMethod { word: "Hash", name: "hash" },
        IndexMethod { word: "Gist", name: "gist" },
        IndexMethod { word: "Gin", name: "gin" },
        IndexMethod { word: "SpGist", name: "spgist" },
        IndexMethod { word: "Brin", name: "brin" },
    ],
    is_opclass,
    index_problem: super::postgres_indexes::problem,
    never_indexed: &["Xml"],
    single_column_methods: &["spgist"],
    emulated_actions: &[Action::Cascade, Action::Restrict, Action::SetNull],
    type_names: &[
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "money",
        "inet",
        "oid",
        "citext",
        "real",
        "double precision",
        "character varying",
        "character",
        "text",
        "bytea",
        "timestamp without time zone",
        "timestamp with time zone",
        "date",
        "time without time zone",
        "time with time zone",
        "boolean",
        "bit",
        "bit varying",
        "uuid",
        "xml",
        "json",
        "jsonb",
    ],
};

// How long a text may be is left to the server.
const LENGTH: Arguments = Arguments::One { min: 0, max: u32::MAX };
const BITS: Arguments = Arguments::One { min: 1, max: u32::MAX };
const SECONDS: Arguments = Arguments::One { min: 0, max: 6 };

const fn native(name: &'static str, scalars: &'static [BuiltIn], arguments: Arguments) -> NativeType {
    NativeType { name, scalars, arguments }
}

static NATIVE_TYPES: &[NativeType] = &[
    native("SmallInt", &[BuiltIn::Int], Arguments::None),
    native("Integer", &[BuiltIn::Int], Arguments::None),
    native("BigInt", &[BuiltIn::BigInt], Arguments::None),
    native("Decimal", &[BuiltIn::Decimal], Arguments::PrecisionAndScale { max: 1000 }),
    native("Money", &[BuiltIn::Decimal], Arguments::None),
    native("Inet", &[BuiltIn::String], Arguments::None),
    native("Oid", &[BuiltIn::Int], Arguments::None),
    native("Citext", &[BuiltIn::String], Arguments::None),
    native("Real", &[BuiltIn::Float], Arguments::None),
    native("DoublePrecision", &[BuiltIn::Float], Arguments::None),
    native("VarChar", &[BuiltIn::String], LENGTH),
    native("Char", &[BuiltIn::String], LENGTH),
    native("Text", &[BuiltIn::String], Arguments::None),
    native("ByteA", &[BuiltIn::Bytes], Arguments::None),
    native("Timestamp", &[BuiltIn::DateTime], SECONDS),
    native("Timestamptz", &[BuiltIn::DateTime], SECONDS),
    native("Date", &[BuiltIn::DateTime], Arguments::None),
    native("Time", &[BuiltIn::DateTime], SECONDS),
    native("Timetz", &[BuiltIn::DateTime], SECONDS),
    native("Boolean", &[BuiltIn::Boolean], Arguments::None),
    native("Bit", &[BuiltIn::String], BITS),
    native("VarBit", &[BuiltIn::String], BITS),
    native("Uuid", &[BuiltIn::String], Arguments::None),
    native("Xml", &[BuiltIn::String], Arguments::None),
    native("Json", &[BuiltIn::Json], Arguments::None),
    native("JsonB", &[BuiltIn::Json], Arguments::None),
];

/// Type words with the kinds of BRIN classes that they have, and the few others.
fn is_opclass(word: &str) -> bool {
    const OTHERS: &[&str] = &[
        "InetOps",
        "JsonbOps",
        "JsonbPathOps",
        "ArrayOps",
        "TextOps",
        "BitMinMaxOps",
        "VarBitMinMaxOps",
        "BpcharBloomOps",
        "BpcharMinMaxOps",
        "ByteaBloomOps",
        "ByteaMinMaxOps",
        "InetInclusionOps",
        "TextBloomOps",
        "TextMinMaxOps",
    ];
    const BRIN: &[&str] = &[
        "Date",
        "Float4",
        "Float8",
        "Inet",
        "Int2",
        "Int4",
        "Int8",
        "Numeric",
        "Oid",
        "Timestamp",
        "TimestampTz",
        "Time",
        "TimeTz",
        "Uuid",
    ];
    let kind = ["BloomOps", "MinMaxMultiOps", "MinMaxOps"].into_iter().find_map(|kind| word.strip_suffix(kind));
    OTHERS.contains(&word) || kind.is_some_and(|ty| BRIN.contains(&ty))
}

fn scalar_sql(scalar: BuiltIn) -> &'static str {
    match scalar {
        BuiltIn::Int => "integer",
        BuiltIn::BigInt => "bigint",
        BuiltIn::Float => "double precision",
        BuiltIn::Decimal => "decimal(65,30)",
        BuiltIn::Boolean => "boolean",
        BuiltIn::String => "text",
        BuiltIn::DateTime => "timestamp(3)",
        BuiltIn::Json => "jsonb",
        BuiltIn::Bytes => "bytea",
    }
}

fn native_sql(native: &Native) -> String {
    let base = match native.name {
        "DoublePrecision" => "double precision",
        "VarBit" => "bit varying",
        other => return with_arguments(&other.to_ascii_lowercase(), &native.arguments),
    };
    with_arguments(base, &native.arguments)
}

fn with_arguments(base: &str, arguments: &[u32]) -> String {
    if arguments.is_empty() {
        return base.to_owned();
    }
    let arguments: Vec<_> = arguments.iter().map(u32::to_string).collect();
    format!("{base}({})", arguments.join(","))
}
