//! From the parser's JSON to the tree.

use serde_json::Value;

use super::returned::Returned;
use super::tree::{
    Assignment, Block, Branch, Condition, Cursor, Diagnostic, Handler, Level, LoopSource, Program, Raise, Sql, Step,
    Target, Variable, Work,
};
use crate::ddl::postgres::lexer::{Kind, Tokens, identifier};
use crate::source::Span;

/// Why there is no tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProgramError {
    /// The server refuses it too: its message.
    Syntax(String),
    /// The parser stands alone, without the types and tables of a server, and stumbles over some.
    NotRead(String),
}

/// Reads a whole `DO …` or `CREATE FUNCTION … LANGUAGE plpgsql` statement. `statement` is its place when it stands in a file as it is;
/// `body` then is the place of the text between the quotes. Without it every span is the statement's.
///
/// # Errors
/// See [`ProgramError`].
pub fn parse_program(text: &str, statement: Span, body: Option<(Span, &str)>) -> Result<Program, ProgramError> {
    let (json, types) = super::json::read(text)?;
    let not_read = |what: &str| ProgramError::NotRead(what.to_owned());
    let function = json.pointer("/0/PLpgSQL_function").ok_or_else(|| not_read("the parser gave no program"))?;
    let datums = function.get("datums").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut reader = Reader {
        datums,
        places: Places::new(statement, body),
        variables: Vec::new(),
        of_datum: vec![None; datums.len()],
        taken: 0,
        loop_lines: Vec::new(),
        returned: Returned::of(text),
    };
    loop_variables(function, &mut reader.loop_lines);
    reader.read_variables();
    for variable in &mut reader.variables {
        if let Some((_, written)) = types.iter().find(|(name, _)| *name == variable.name) {
            variable.ty.clone_from(written);
        }
    }
    let action = function.pointer("/action/PLpgSQL_stmt_block").ok_or_else(|| not_read("the parser gave no body"))?;
    let body = reader.block(action);
    Ok(Program { variables: reader.variables, body })
}

/// What the server says of a function's body when it is created: only errors of syntax are certain here.
#[must_use]
pub fn program_syntax_error(text: &str) -> Option<String> {
    match super::json::parse(text) {
        Err(ProgramError::Syntax(message)) => Some(message),
        _ => None,
    }
}

/// Turns lines and texts into spans: statements come in the order of the text, so each is looked for from its line on.
struct Places<'a> {
    statement: Span,
    body: Option<(Span, &'a str)>,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(statement: Span, body: Option<(Span, &'a str)>) -> Self {
        let text = body.map_or("", |(_, text)| text);
        let mut lines = vec![0];
        lines.extend(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i + 1));
        // The parser counts from the line after a line feed that begins the body.
        Self { statement, body, lines }
    }

    fn line_start(&self, line: u64) -> Option<usize> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        self.lines.get(index).copied()
    }

    /// The place of `query` at or after a line; the line where it is not found as it is.
    fn find(&self, line: u64, query: &str) -> Span {
        let Some((span, text)) = self.body else { return self.statement };
        let start = self.line_start(line).unwrap_or(0);
        // INTO is blanked out of a query, so only its beginning is looked for.
        let head = query.lines().next().unwrap_or_default();
        let head = head.find("  ").map_or(head, |i| &head[..i]);
        match text.get(start..).and_then(|rest| rest.find(head)) {
            Some(at) if !head.is_empty() => {
                let from = start + at;
                let end = (from + query.len()).min(text.len());
                Span::new(span.file, span.start as usize + from, span.start as usize + end)
            }
            _ => self.line(line),
        }
    }

    fn line(&self, line: u64) -> Span {
        let Some((span, text)) = self.body else { return self.statement };
        let Some(start) = self.line_start(line) else { return self.statement };
        let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let written = text[start..end].trim();
        let from = start + text[start..end].find(written).unwrap_or(0);
        Span::new(span.file, span.start as usize + from, span.start as usize + from + written.len())
    }
}

struct Reader<'j, 'a> {
    datums: &'j [Value],
    places: Places<'a>,
    variables: Vec<Variable>,
    /// The variable of a datum.
    of_datum: Vec<Option<usize>>,
    /// Datums before this one belong to blocks that were entered.
    taken: usize,
    /// `(name, line)` of variables that loops declare by themselves.
    loop_lines: Vec<(String, u64)>,
    returned: Returned,
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or(0)
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The one entry of `{"PLpgSQL_x": {…}}`.
fn tagged(value: &Value) -> Option<(&str, &Value)> {
    value.as_object()?.iter().next().map(|(tag, inner)| (tag.as_str(), inner))
}

/// Integer loops declare their own variables, which no block sets up.
fn loop_variables(value: &Value, out: &mut Vec<(String, u64)>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                if key == "PLpgSQL_stmt_fori"
                    && let Some(var) = inner.pointer("/var/PLpgSQL_var")
                {
                    out.extend(text(var, "refname").map(|name| (name, number(var, "lineno"))));
                }
                loop_variables(inner, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| loop_variables(item, out)),
        _ => {}
    }
}

impl Reader<'_, '_> {
    fn read_variables(&mut self) {
        for (index, datum) in self.datums.iter().enumerate() {
            let Some((tag, inner)) = tagged(datum) else { continue };
            let name = text(inner, "refname").unwrap_or_default();
            let is_variable = matches!(tag, "PLpgSQL_var" | "PLpgSQL_rec") && !name.starts_with("__Case__");
            if !is_variable || matches!(name.as_str(), "found" | "sqlstate" | "sqlerrm") {
                continue;
            }
            let ty = inner.pointer("/datatype/PLpgSQL_type/typname").and_then(Value::as_str).unwrap_or_default();
            let default = self.sql_at(inner, "default_val", number(inner, "lineno"));
            let cursor = self.sql_at(inner, "cursor_explicit_expr", number(inner, "lineno"));
            self.of_datum[index] = Some(self.variables.len());
            self.variables.push(Variable { name, ty: ty.trim().to_owned(), default, cursor });
        }
    }

    /// Variables declared up to the line where the block's BEGIN stands and not by an outer block.
    fn declared(&mut self, line: u64) -> Vec<usize> {
        let mut own = Vec::new();
        while let Some(datum) = self.datums.get(self.taken) {
            let Some((_, inner)) = tagged(datum) else { break };
            let declared_at = number(inner, "lineno");
            if declared_at > line {
                break;
            }
            let name = text(inner, "refname").unwrap_or_default();
            let by_loop = self.loop_lines.iter().any(|(n, l)| *n == name && *l == declared_at);
            if let Some(variable) = self.of_datum[self.taken]
                && !by_loop
                && declared_at > 0
            {
                own.push(variable);
            }
            self.taken += 1;
        }
        own
    }

    fn sql_at(&self, value: &Value, key: &str, line: u64) -> Option<Sql> {
        self.expression(value.get(key)?, line)
    }

    fn expression(&self, value: &Value, line: u64) -> Option<Sql> {
        let query = value.pointer("/PLpgSQL_expr/query")?.as_str()?;
        Some(Sql { text: query.to_owned(), span: self.places.find(line, query) })
    }

    fn expressions(&self, value: &Value, key: &str, line: u64) -> Vec<Sql> {
        list(value, key).iter().filter_map(|v| self.expression(v, line)).collect()
    }

    fn steps(&mut self, values: &[Value]) -> Vec<Step> {
        values.iter().filter_map(|v| self.step(v)).collect()
    }

    fn block(&mut self, value: &Value) -> Block {
        let variables = self.declared(number(value, "lineno"));
        let steps = self.steps(list(value, "body"));
        let exceptions = value.pointer("/exceptions/PLpgSQL_exception_block");
        let mut handlers = Vec::new();
        for exception in exceptions.map(|e| list(e, "exc_list")).unwrap_or_default() {
            let Some((_, exception)) = tagged(exception) else { continue };
            let conditions = list(exception, "conditions").iter().filter_map(tagged);
            let conditions = conditions.filter_map(|(_, c)| text(c, "condname")).map(condition).collect();
            handlers.push(Handler { conditions, steps: self.steps(list(exception, "action")) });
        }
        Block { label: text(value, "label"), variables, steps, handlers, guarded: exceptions.is_some() }
    }

    fn step(&mut self, value: &Value) -> Option<Step> {
        let (tag, inner) = tagged(value)?;
        let line = number(inner, "lineno");
        let work = self.work(tag.strip_prefix("PLpgSQL_stmt_").unwrap_or(tag), inner, line)?;
        let span = match &work {
            Work::Static { sql, .. } | Work::Perform(sql) | Work::Call(sql) => sql.span,
            Work::Execute { query, .. } if line > 0 => self.places.line(line).to(query.span),
            _ => self.places.line(line),
        };
        Some(Step { span, work })
    }

    fn work(&mut self, tag: &str, value: &Value, line: u64) -> Option<Work> {
        let other = || Work::Other(tag.to_owned());
        Some(match tag {
            "block" => Work::Block(self.block(value)),
            "execsql" => {
                let Some(sql) = self.sql_at(value, "sqlstmt", line) else { return Some(other()) };
                Work::Static { sql, into: self.row_target(value) }
            }
            "dynexecute" => {
                let Some(query) = self.sql_at(value, "query", line) else { return Some(other()) };
                Work::Execute { query, using: self.expressions(value, "params", line), into: self.row_target(value) }
            }
            "perform" => self.sql_at(value, "expr", line).map_or_else(other, Work::Perform),
            "call" => self.sql_at(value, "expr", line).map_or_else(other, Work::Call),
            "assign" => self.assignment(value, line).map_or_else(other, Work::Assign),
            "if" => self.branches(value, line).unwrap_or_else(other),
            "case" => self.case(value, line).unwrap_or_else(other),
            "loop" | "while" | "fori" | "fors" | "dynfors" | "forc" | "foreach_a" => {
                self.repeat(tag, value, line).unwrap_or_else(other)
            }
            "exit" => Work::Exit {
                leaves: flag(value, "is_exit"),
                label: text(value, "label"),
                when: self.sql_at(value, "cond", line),
            },
            // The parser ends every body with a RETURN of its own, which has no line.
            "return" if line == 0 => return None,
            "return" => Work::Return(self.returned(value, line)),
            "return_next" => Work::ReturnRows(self.returned(value, line)),
            "return_query" => {
                let text = || self.sql_at(value, "dynquery", line);
                self.sql_at(value, "query", line).map_or_else(|| Work::ReturnRows(text()), Work::ReturnQuery)
            }
            "raise" => Work::Raise(self.raise(value, line)),
            "assert" => {
                let Some(condition) = self.sql_at(value, "cond", line) else { return Some(other()) };
                Work::Assert { condition, message: self.sql_at(value, "message", line) }
            }
            "getdiag" => Work::Diagnostics(self.diagnostics(value)),
            "commit" => Work::Commit,
            "rollback" => Work::Rollback,
            "open" => Work::Cursor(Cursor::Open(self.datum_name(number(value, "curvar")))),
            "close" => Work::Cursor(Cursor::Close(self.datum_name(number(value, "curvar")))),
            "fetch" => Work::Cursor(Cursor::Fetch {
                cursor: self.datum_name(number(value, "curvar")),
                into: self.target(value.get("target"), false),
            }),
            _ => other(),
        })
    }

    fn returned(&mut self, value: &Value, line: u64) -> Option<Sql> {
        let written = self.returned.take(line);
        let variable = || Some(Sql { text: written?, span: self.places.line(line) });
        self.sql_at(value, "expr", line).or_else(variable)
    }

    fn datum_name(&self, index: u64) -> String {
        let datum = usize::try_from(index).ok().and_then(|i| self.datums.get(i)).and_then(tagged);
        match datum {
            Some(("PLpgSQL_recfield", field)) => {
                let parent = self.datum_name(number(field, "recparentno"));
                format!("{parent}.{}", text(field, "fieldname").unwrap_or_default())
            }
            Some((_, inner)) => text(inner, "refname").unwrap_or_default(),
            None => String::new(),
        }
    }

    fn row_target(&self, value: &Value) -> Option<Target> {
        flag(value, "into").then(|| self.target(value.get("target"), flag(value, "strict")))?
    }

    fn target(&self, target: Option<&Value>, strict: bool) -> Option<Target> {
        let (tag, inner) = tagged(target?)?;
        let row = tag == "PLpgSQL_row";
        let targets = if row {
            list(inner, "fields").iter().map(|f| self.datum_name(number(f, "varno"))).collect()
        } else {
            vec![text(inner, "refname")?]
        };
        Some(Target { targets, record: tag == "PLpgSQL_rec", strict })
    }

    fn assignment(&self, value: &Value, line: u64) -> Option<Assignment> {
        let whole = self.sql_at(value, "expr", line)?;
        let (mut depth, mut split) = (0_i32, None);
        for token in Tokens::new(&whole.text).filter(|t| t.kind == Kind::Symbol) {
            match &whole.text[token.start..token.end] {
                "[" | "(" => depth += 1,
                "]" | ")" => depth -= 1,
                ":" if depth == 0 && whole.text[token.end..].starts_with('=') => {
                    split = Some((token.start, token.end + 1))
                }
                "=" if depth == 0 => split = split.or(Some((token.start, token.end))),
                _ => continue,
            }
            if split.is_some() {
                break;
            }
        }
        let (target_end, value_start) = split?;
        let target = whole.text[..target_end].trim();
        let mut tokens = Tokens::new(target);
        let first = tokens.next()?;
        let variable = identifier(target, first)?;
        let path = target[first.end..].trim();
        let start = whole.span.start as usize + value_start;
        let expr = &whole.text[value_start..];
        Some(Assignment {
            variable,
            path: (!path.is_empty()).then(|| path.to_owned()),
            value: Sql {
                text: expr.trim().to_owned(),
                span: Span::new(whole.span.file, start.min(whole.span.end as usize), whole.span.end as usize),
            },
        })
    }

    fn branches(&mut self, value: &Value, line: u64) -> Option<Work> {
        let condition = self.sql_at(value, "cond", line)?;
        let mut branches = vec![Branch { condition, steps: self.steps(list(value, "then_body")) }];
        for elsif in list(value, "elsif_list") {
            let (_, elsif) = tagged(elsif)?;
            let condition = self.sql_at(elsif, "cond", number(elsif, "lineno"))?;
            branches.push(Branch { condition, steps: self.steps(list(elsif, "stmts")) });
        }
        let otherwise = value.get("else_body").map(|_| self.steps(list(value, "else_body")));
        Some(Work::If { branches, otherwise })
    }

    fn case(&mut self, value: &Value, line: u64) -> Option<Work> {
        let variable = format!("__Case__Variable_{}__", number(value, "t_varno"));
        let operand = self.sql_at(value, "t_expr", line).map(|sql| (sql, variable));
        let mut branches = Vec::new();
        for when in list(value, "case_when_list") {
            let (_, when) = tagged(when)?;
            let condition = self.sql_at(when, "expr", number(when, "lineno"))?;
            branches.push(Branch { condition, steps: self.steps(list(when, "stmts")) });
        }
        let otherwise = flag(value, "have_else").then(|| self.steps(list(value, "else_stmts")));
        Some(Work::Case { operand, branches, otherwise })
    }

    fn repeat(&mut self, tag: &str, value: &Value, line: u64) -> Option<Work> {
        let source = match tag {
            "loop" => LoopSource::Forever,
            "while" => LoopSource::While(self.sql_at(value, "cond", line)?),
            "fori" => LoopSource::Integers {
                variable: value.pointer("/var/PLpgSQL_var/refname")?.as_str()?.to_owned(),
                lower: self.sql_at(value, "lower", line)?,
                upper: self.sql_at(value, "upper", line)?,
                step: self.sql_at(value, "step", line),
                reverse: number(value, "reverse") != 0 || flag(value, "reverse"),
            },
            "fors" => LoopSource::Query {
                into: self.target(value.get("var"), false)?,
                query: self.sql_at(value, "query", line)?,
            },
            "dynfors" => LoopSource::Dynamic {
                into: self.target(value.get("var"), false)?,
                query: self.sql_at(value, "query", line)?,
                using: self.expressions(value, "params", line),
            },
            "foreach_a" => LoopSource::Array {
                variable: self.datum_name(number(value, "varno")),
                array: self.sql_at(value, "expr", line)?,
                slice: number(value, "slice"),
            },
            _ => LoopSource::Cursor {
                into: self.target(value.get("var"), false)?,
                cursor: self.datum_name(number(value, "curvar")),
            },
        };
        Some(Work::Loop { label: text(value, "label"), source, steps: self.steps(list(value, "body")) })
    }

    /// Levels are elog.h's: ERROR is 21. Options are PLpgSQL_raise_option_type: 0 ERRCODE, 1 MESSAGE.
    fn raise(&self, value: &Value, line: u64) -> Raise {
        let option = |kind: u64| {
            let found = list(value, "options").iter().filter_map(tagged).find(|(_, o)| number(o, "opt_type") == kind);
            found.and_then(|(_, o)| self.sql_at(o, "expr", line))
        };
        let (condition, message) = (text(value, "condname"), text(value, "message"));
        let has_options = !list(value, "options").is_empty();
        Raise {
            level: if number(value, "elog_level") >= 21 { Level::Exception } else { Level::Message },
            again: condition.is_none() && message.is_none() && !has_options,
            condition,
            message,
            parameters: self.expressions(value, "params", line),
            code: option(0),
            text: option(1),
        }
    }

    fn diagnostics(&self, value: &Value) -> Vec<Diagnostic> {
        let items = list(value, "diag_items").iter().filter_map(tagged);
        items
            .map(|(_, item)| Diagnostic {
                variable: self.datum_name(number(item, "target")),
                item: text(item, "kind").unwrap_or_default(),
            })
            .collect()
    }
}

fn condition(name: String) -> Condition {
    let is_code = name.len() == 5 && name.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    match name.as_str() {
        "others" => Condition::Others,
        _ if is_code => Condition::Code(name),
        _ => Condition::Name(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn program(body: &str) -> (std::sync::Arc<crate::source::SourceFile>, Program) {
        let map = SourceMap::default();
        let text = format!("DO $$\n{body}\n$$");
        let file = map.add("m.sql", text);
        let statement = Span::new(file.id, 0, file.text.len());
        let inner = Span::new(file.id, 5, file.text.len() - 2);
        let source = file.slice(inner).to_owned();
        let program = parse_program(&file.text, statement, Some((inner, &source))).expect("a program");
        (file, program)
    }

    #[test]
    fn steps_have_places() {
        let (file, program) =
            program("DECLARE n int := 1;\nBEGIN\n  SELECT a INTO n FROM t;\n  n := n + 1;\n  EXECUTE 'x';\nEND");
        assert_eq!(program.body.variables, [0]);
        assert_eq!(program.variables[0].default.as_ref().map(|d| d.text.as_str()), Some("1"));
        let texts: Vec<&str> = program.body.steps.iter().map(|s| file.slice(s.span)).collect();
        assert_eq!(texts, ["SELECT a INTO n FROM t", "n := n + 1;", "EXECUTE 'x';"]);
        let Work::Static { into: Some(into), sql } = &program.body.steps[0].work else { panic!("INTO") };
        assert_eq!((into.targets.as_slice(), sql.text.as_str()), (&["n".to_owned()][..], "SELECT a        FROM t"));
        let Work::Assign(assignment) = &program.body.steps[1].work else { panic!("an assignment") };
        assert_eq!((assignment.variable.as_str(), assignment.value.text.as_str()), ("n", "n + 1"));
    }

    #[test]
    fn handlers_and_branches() {
        let (_, program) = program(
            "BEGIN IF a THEN NULL; ELSIF b THEN RETURN; ELSE RAISE 'x %', 1; END IF;\n\
             EXCEPTION WHEN duplicate_object OR SQLSTATE '42P07' THEN NULL; WHEN OTHERS THEN RAISE; END",
        );
        // The parser puts a block around one that has handlers.
        let Work::Block(body) = &program.body.steps[0].work else { panic!("a block") };
        let Work::If { branches, otherwise } = &body.steps[0].work else { panic!("an IF") };
        assert_eq!((branches.len(), otherwise.as_ref().map(Vec::len)), (2, Some(1)));
        let conditions: Vec<_> = body.handlers.iter().flat_map(|h| h.conditions.clone()).collect();
        let expect = [Condition::Name("duplicate_object".into()), Condition::Code("42P07".into()), Condition::Others];
        assert_eq!(conditions, expect);
    }

    #[test]
    fn a_nested_block_has_its_own_variables() {
        let (_, program) = program(
            "DECLARE a int;\nBEGIN\nFOR i IN 1..2 LOOP\nDECLARE b int := 1;\nBEGIN\nNULL;\nEND;\nEND LOOP;\nEND",
        );
        assert_eq!(program.body.variables.len(), 1);
        let Work::Loop { steps, .. } = &program.body.steps[0].work else { panic!("a loop") };
        let Work::Block(block) = &steps[0].work else { panic!("a block") };
        let names: Vec<&str> = block.variables.iter().map(|&v| program.variables[v].name.as_str()).collect();
        assert_eq!(names, ["b"]);
    }

    #[test]
    fn types_of_other_schemas_are_read() {
        let (_, program) = program("DECLARE u app.users; r app.users%ROWTYPE; c app.users.id%TYPE;\nBEGIN\nNULL;\nEND");
        let types: Vec<&str> = program.variables.iter().map(|v| v.ty.as_str()).collect();
        assert_eq!(types.len(), 3);
    }

    #[test]
    fn what_is_not_valid_is_an_error() {
        let map = SourceMap::default();
        let file = map.add("m.sql", "DO $$ BEGIN retur; END $$".into());
        let error = parse_program(&file.text, Span::new(file.id, 0, 1), None).expect_err("no program");
        assert_eq!(error, ProgramError::Syntax("syntax error at or near \"retur\"".into()));
    }
}
