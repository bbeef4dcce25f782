//! Conditions and SQLSTATEs (src/backend/utils/errcodes.txt), as far as statements on a catalog raise them.

use super::super::IssueKind;
use crate::ddl::postgres::plpgsql::Condition;

/// Names that PL/pgSQL knows, with their codes.
const CONDITIONS: &[(&str, &str)] = &[
    ("active_sql_transaction", "25001"),
    ("ambiguous_column", "42702"),
    ("array_subscript_error", "2202E"),
    ("assert_failure", "P0004"),
    ("cannot_coerce", "42846"),
    ("cardinality_violation", "21000"),
    ("check_violation", "23514"),
    ("data_exception", "22000"),
    ("datatype_mismatch", "42804"),
    ("dependent_objects_still_exist", "2BP01"),
    ("division_by_zero", "22012"),
    ("duplicate_alias", "42712"),
    ("duplicate_column", "42701"),
    ("duplicate_database", "42P04"),
    ("duplicate_function", "42723"),
    ("duplicate_object", "42710"),
    ("duplicate_schema", "42P06"),
    ("duplicate_table", "42P07"),
    ("exclusion_violation", "23P01"),
    ("feature_not_supported", "0A000"),
    ("foreign_key_violation", "23503"),
    ("insufficient_privilege", "42501"),
    ("integrity_constraint_violation", "23000"),
    ("internal_error", "XX000"),
    ("invalid_column_definition", "42611"),
    ("invalid_column_reference", "42P10"),
    ("invalid_foreign_key", "42830"),
    ("invalid_function_definition", "42P13"),
    ("invalid_name", "42602"),
    ("invalid_object_definition", "42P17"),
    ("invalid_parameter_value", "22023"),
    ("invalid_schema_definition", "42P15"),
    ("invalid_schema_name", "3F000"),
    ("invalid_table_definition", "42P16"),
    ("invalid_text_representation", "22P02"),
    ("lock_not_available", "55P03"),
    ("no_data_found", "P0002"),
    ("not_null_violation", "23502"),
    ("null_value_not_allowed", "22004"),
    ("numeric_value_out_of_range", "22003"),
    ("object_in_use", "55006"),
    ("object_not_in_prerequisite_state", "55000"),
    ("plpgsql_error", "P0000"),
    ("raise_exception", "P0001"),
    ("reserved_name", "42939"),
    ("restrict_violation", "23001"),
    ("syntax_error", "42601"),
    ("syntax_error_or_access_rule_violation", "42000"),
    ("too_many_rows", "P0003"),
    ("undefined_column", "42703"),
    ("undefined_file", "58P01"),
    ("undefined_function", "42883"),
    ("undefined_object", "42704"),
    ("undefined_parameter", "42P02"),
    ("undefined_table", "42P01"),
    ("unique_violation", "23505"),
    ("wrong_object_type", "42809"),
];

/// The code of a condition's name; names of a whole class end in `000`.
pub(super) fn code_of(name: &str) -> Option<&'static str> {
    CONDITIONS.iter().find(|(n, _)| *n == name).map(|(_, code)| *code)
}

/// A code that lives as long as the program: those above, else that of a plain RAISE.
pub(super) fn known_code(code: &str) -> &'static str {
    CONDITIONS.iter().find(|(_, c)| *c == code).map_or("P0001", |(_, c)| *c)
}

/// Whether a handler's conditions take an error.
pub(super) fn handles(conditions: &[Condition], code: &str) -> bool {
    conditions.iter().any(|condition| match condition {
        // Not even OTHERS takes these two (exception_matches_conditions in pl_exec.c).
        Condition::Others => !matches!(code, "57014" | "P0004"),
        Condition::Code(wanted) => matches(wanted, code),
        // A condition that is not listed here is its own code, as RAISE has it.
        Condition::Name(name) => code_of(name).map_or(name == code, |wanted| matches(wanted, code)),
    })
}

fn matches(wanted: &str, code: &str) -> bool {
    wanted == code || wanted.strip_suffix("000").is_some_and(|class| code.starts_with(class))
}

/// The kind of refusal that an error is, where no statement says it.
pub(super) fn kind_of(code: &str) -> IssueKind {
    match code {
        "42P01" => IssueKind::UnknownTable,
        "42703" => IssueKind::UnknownColumn,
        "42704" => IssueKind::UnknownObject,
        "42883" => IssueKind::UnknownFunction,
        "3F000" => IssueKind::UnknownSchema,
        "42601" => IssueKind::Syntax,
        "25001" => IssueKind::InTransaction,
        _ => IssueKind::InvalidDefinition,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_take_their_errors() {
        let name = |n: &str| [Condition::Name(n.into())];
        assert!(handles(&name("duplicate_object"), "42710"));
        assert!(!handles(&name("duplicate_object"), "42P07"));
        assert!(handles(&name("integrity_constraint_violation"), "23505"));
        assert!(handles(&[Condition::Others], "P0001"));
        assert!(!handles(&[Condition::Others], "P0004"));
        assert!(handles(&[Condition::Code("42P07".into())], "42P07"));
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(CONDITIONS.is_sorted());
    }
}
