//! The interpreter's state, and the statements that hold others: blocks, branches, loops.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::{Effect, Host, Refusal, Touches};
use super::code::handles;
use super::control::{Flow, Raised, split};
use super::data::set_rows;
use super::frame::Frame;
use super::loops::{may_leave, returns_rows};
use super::touches::{assigned, extensions, of_block, of_steps};
use super::value_call::Callable;
use super::writes::Written;
use crate::ddl::postgres::eval::{Answer, Rows, Stop, Value};
use crate::ddl::postgres::plpgsql::{Block, Branch, Program, ProgramError, Sql, Step, Work, parse_program};
use crate::ddl::postgres::{Parsed, parse_computed};
use crate::model::Unknown;
use crate::source::Span;

/// Statements that one program may run, those of functions that it calls included.
pub(super) const STEPS: u32 = 50_000;

/// Functions that call functions.
pub(super) const DEPTH: u32 = 16;

/// The code of an error that is none of the server's: the program runs too long to be followed.
const LIMIT: &str = "limit";

pub(super) struct Interpreter<'h> {
    pub(super) host: &'h mut dyn Host,
    /// The statement that set all this off.
    pub(super) at: Span,
    /// The program that runs stands in a file, so its statements have places of their own.
    pub(super) placed: bool,
    pub(super) effect: Effect,
    steps: u32,
    pub(super) depth: u32,
    /// The error that ended a function called in an expression, with the refusal that it may carry.
    pub(super) raised: Option<Raised>,
    /// How many rows the last statement changed or gave.
    pub(super) changed: Answer<usize>,
    /// It asked for the time, so that what it does may be refused on some days and accepted on others.
    pub(super) timely: bool,
    /// The rows that the running function has returned, where it returns a set.
    pub(super) returned: Option<Answer<Rows>>,
    /// Functions by their definition.
    pub(super) functions: HashMap<String, Rc<Callable>>,
}

impl<'h> Interpreter<'h> {
    pub(super) fn new(host: &'h mut dyn Host, at: Span) -> Self {
        Self {
            host,
            at,
            placed: false,
            effect: Effect::Carried,
            steps: 0,
            depth: 0,
            raised: None,
            changed: Ok(0),
            timely: false,
            returned: None,
            functions: HashMap::new(),
        }
    }

    pub(super) fn finish(mut self, result: Result<(), Raised>) -> Result<Effect, Refusal> {
        match result {
            Ok(()) => Ok(self.effect),
            Err(raised) if raised.code == LIMIT => {
                let unknown = Unknown::new(self.at, raised.message);
                self.opaque(unknown, Touches::Anything);
                Ok(self.effect)
            }
            Err(raised) if self.timely => {
                let reason = format!("it depends on the day: {}", raised.message);
                self.opaque(Unknown::new(self.at, reason), Touches::Anything);
                Ok(self.effect)
            }
            Err(raised) => Err(raised.into_refusal()),
        }
    }

    pub(super) fn step(&mut self) -> Result<(), Raised> {
        self.steps += 1;
        if self.steps > STEPS { Err(Raised::new(LIMIT, "it runs too many statements to follow")) } else { Ok(()) }
    }

    pub(super) fn place(&self, span: Span) -> Span {
        if self.placed { span } else { self.at }
    }

    pub(super) fn opaque(&mut self, unknown: Unknown, touches: Touches) {
        if touches != Touches::Nothing {
            self.host.opaque(unknown, touches);
            self.effect = Effect::Opaque;
        }
    }

    pub(super) fn do_block(&mut self, text: &str, source: &str, body: Span) -> Result<(), Raised> {
        // A body in plain quotes is not the text of the file where it holds quotes itself.
        let placed = body.range().len() == source.len();
        let program = parse_program(text, self.at, placed.then_some((body, source)));
        let program = match program {
            Ok(program) => program,
            Err(ProgramError::Syntax(message)) => return Err(Raised::new("42601", message)),
            Err(ProgramError::NotRead(why)) => {
                if super::value_call::may_change_model(source) {
                    let reason = format!("its DO block cannot be read: {why}");
                    self.opaque(Unknown::new(self.at, reason), Touches::Anything);
                }
                return Ok(());
            }
        };
        let before = std::mem::replace(&mut self.placed, placed);
        let result = self.program(&program, &mut Frame::default());
        self.placed = before;
        result.map(|_| ())
    }

    /// A `DO` that a program runs by EXECUTE.
    pub(super) fn nested_do(&mut self, text: &str, source: &str) -> Result<(), Raised> {
        if self.depth >= DEPTH {
            return Err(Raised::new(LIMIT, "its blocks are nested too deeply"));
        }
        self.depth += 1;
        let result = self.do_block(text, source, Span::file_start(self.at.file));
        self.depth -= 1;
        result
    }

    pub(super) fn program(&mut self, program: &Program, frame: &mut Frame) -> Result<Answer, Raised> {
        frame.declare("found", Ok(Value::Bool(false)));
        match self.block(program, &program.body, frame)? {
            Flow::Return(answer) => Ok(answer),
            _ => Ok(Ok(Value::Null)),
        }
    }

    pub(super) fn block(&mut self, program: &Program, block: &Block, frame: &mut Frame) -> Result<Flow, Raised> {
        let depth = frame.depth();
        let result = self.block_inner(program, block, frame);
        frame.leave(depth);
        match result {
            Ok(Flow::Exit(Some(label))) if block.label.as_deref() == Some(&label) => Ok(Flow::Next),
            other => other,
        }
    }

    fn block_inner(&mut self, program: &Program, block: &Block, frame: &mut Frame) -> Result<Flow, Raised> {
        for &index in &block.variables {
            let Some(variable) = program.variables.get(index) else { continue };
            let value = match &variable.default {
                Some(sql) => self.value_as(sql, &variable.ty, frame)?,
                None => Ok(Value::Null),
            };
            frame.declare(&variable.name, value);
        }
        if !block.guarded {
            return self.steps(program, &block.steps, frame);
        }
        let mark = self.host.mark();
        let effect = self.effect;
        match self.steps(program, &block.steps, frame) {
            Ok(flow) => {
                self.host.release(mark);
                Ok(flow)
            }
            Err(raised) => {
                self.host.roll_back(mark);
                self.effect = if self.effect == Effect::Opaque { Effect::Opaque } else { effect };
                let handler = block.handlers.iter().find(|h| handles(&h.conditions, &raised.code));
                let Some(handler) = handler.filter(|_| raised.code != LIMIT) else { return Err(raised) };
                let outer = frame.handled.replace((raised.code, raised.message));
                let result = self.steps(program, &handler.steps, frame);
                frame.handled = outer;
                result
            }
        }
    }

    /// A default or assigned value, as the variable's type has it.
    pub(super) fn value_as(&mut self, sql: &Sql, ty: &str, frame: &Frame) -> Result<Answer, Raised> {
        let castable = matches!(
            ty,
            "int2"
                | "int4"
                | "int8"
                | "text"
                | "varchar"
                | "bool"
                | "name"
                | "regclass"
                | "regtype"
                | "_text"
                | "_int4"
                | "_varchar"
        );
        let answer = if castable {
            // The language's expressions are select lists, and may go on with FROM.
            let whole = sql.text.to_ascii_lowercase().split_whitespace().any(|word| word == "from");
            let select = if whole { "SELECT " } else { "" };
            self.evaluate(&format!("({select}{})::{ty}", sql.text), frame)
        } else {
            self.evaluate(&sql.text, frame)
        };
        match answer {
            Err(Stop::Raised { code, message }) => Err(Raised::new(&code, message).at(self.place(sql.span))),
            other => Ok(other),
        }
    }

    pub(super) fn steps(&mut self, program: &Program, steps: &[Step], frame: &mut Frame) -> Result<Flow, Raised> {
        for step in steps {
            self.step()?;
            let flow = self.work(program, step, frame).map_err(|r| r.at(self.place(step.span)))?;
            if !matches!(flow, Flow::Next) {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn work(&mut self, program: &Program, step: &Step, frame: &mut Frame) -> Result<Flow, Raised> {
        match &step.work {
            Work::Block(block) => self.block(program, block, frame),
            Work::If { branches, otherwise } => self.branches(program, branches, otherwise.as_deref(), frame),
            Work::Case { operand, branches, otherwise } => {
                let depth = frame.depth();
                if let Some((sql, variable)) = operand {
                    let value = self.evaluate(&sql.text, frame);
                    frame.declare(variable, value);
                }
                let flow = match otherwise {
                    Some(steps) => self.branches(program, branches, Some(steps), frame),
                    // What no branch takes is an error, unless one may have taken it.
                    None => match self.taken(program, branches, frame)? {
                        Some(flow) => Ok(flow),
                        None => Err(Raised::new("20000", "case not found")),
                    },
                };
                frame.leave(depth);
                flow
            }
            Work::Loop { label, source, steps } => self.repeat(program, label.as_deref(), source, steps, frame),
            Work::Exit { leaves, label, when } => self.exit(*leaves, label.as_ref(), when.as_ref(), frame),
            _ => self.simple(program, step, frame),
        }
    }

    fn branches(
        &mut self,
        program: &Program,
        branches: &[Branch],
        otherwise: Option<&[Step]>,
        frame: &mut Frame,
    ) -> Result<Flow, Raised> {
        for (index, branch) in branches.iter().enumerate() {
            match self.condition(&branch.condition, frame)? {
                Ok(true) => return self.steps(program, &branch.steps, frame),
                Ok(false) => {}
                Err(why) => {
                    let rest: Vec<&[Step]> =
                        branches[index..].iter().map(|b| b.steps.as_slice()).chain(otherwise).collect();
                    return Ok(self.undecided(program, &branch.condition, &why, &rest, frame));
                }
            }
        }
        otherwise.map_or(Ok(Flow::Next), |steps| self.steps(program, steps, frame))
    }

    /// The branch that is taken, if one is.
    fn taken(&mut self, program: &Program, branches: &[Branch], frame: &mut Frame) -> Result<Option<Flow>, Raised> {
        for (index, branch) in branches.iter().enumerate() {
            match self.condition(&branch.condition, frame)? {
                Ok(true) => return self.steps(program, &branch.steps, frame).map(Some),
                Ok(false) => {}
                Err(why) => {
                    let rest: Vec<&[Step]> = branches[index..].iter().map(|b| b.steps.as_slice()).collect();
                    return Ok(Some(self.undecided(program, &branch.condition, &why, &rest, frame)));
                }
            }
        }
        Ok(None)
    }

    /// Whether a condition holds, or why that is not known.
    pub(super) fn condition(&mut self, sql: &Sql, frame: &Frame) -> Result<Result<bool, String>, Raised> {
        let answer = split(self.evaluate(&sql.text, frame)).map_err(|r| r.at(self.place(sql.span)))?;
        Ok(answer.map(|value| match value {
            Value::Bool(b) => b,
            Value::Text(text) => matches!(text.as_str(), "t" | "true" | "on" | "yes" | "1"),
            // A count that was put into a variable of type boolean goes through its text.
            Value::Int(number) => number != 0,
            _ => false,
        }))
    }

    /// Creates the extensions that some of the steps would create: which of them a server has to offer is mostly the question
    /// (`pg_available_extensions`), and one too many refutes nothing of what follows.
    fn create_extensions(&mut self, branches: &[&[Step]]) {
        let mut found = Vec::new();
        branches.iter().for_each(|steps| extensions(steps, &mut found));
        for (span, text) in found {
            for (parsed, text) in parse_computed(if self.placed { span } else { self.at }, &text) {
                if let Parsed::Statement(statement) = parsed
                    && let Ok(effect) = self.host.apply(&statement, &text)
                {
                    self.note(effect);
                }
            }
        }
    }

    /// Steps of which it is not known whether they run: none is run save what creates extensions, and what they may change is recorded.
    pub(super) fn undecided(
        &mut self,
        program: &Program,
        condition: &Sql,
        why: &str,
        branches: &[&[Step]],
        frame: &mut Frame,
    ) -> Flow {
        self.create_extensions(branches);
        let mut touches = branches.iter().fold(Touches::Nothing, |t, steps| t.and(of_steps(self.host, steps)));
        let leaves = branches.iter().any(|steps| may_leave(steps));
        if leaves {
            // Whether the rest of the program runs is not known either.
            touches = touches.and(of_block(self.host, &program.body));
        }
        if branches.iter().any(|steps| returns_rows(steps)) || leaves {
            self.lose_rows(why);
        }
        self.forget_written(branches, leaves.then_some(&program.body), why);
        let mut names = Vec::new();
        branches.iter().for_each(|steps| assigned(steps, &mut names));
        for name in names {
            frame.forget(&name, why);
        }
        let shown: String = condition.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
        let unknown = Unknown::new(self.place(condition.span), format!("whether `{shown}` holds is not known: {why}"));
        self.opaque(unknown, touches);
        if leaves { Flow::Return(Err(Stop::unknown(why))) } else { Flow::Next }
    }

    /// Rows of the tables that steps write to are not known where it is not known whether the steps run.
    fn forget_written(&mut self, branches: &[&[Step]], rest: Option<&Block>, why: &str) {
        let mut written = Written::default();
        branches.iter().for_each(|steps| written.by_steps(self.host, steps));
        if let Some(block) = rest {
            written.by_block(self.host, block);
        }
        if written.any {
            let data = self.host.data().doubting_all();
            self.host.set_data(data);
        }
        for table in &written.tables {
            set_rows(self.host, table, Err(Stop::unknown(why)));
        }
    }

    fn exit(
        &mut self,
        leaves: bool,
        label: Option<&String>,
        when: Option<&Sql>,
        frame: &mut Frame,
    ) -> Result<Flow, Raised> {
        let goes = match when {
            None => true,
            Some(sql) => match self.condition(sql, frame)? {
                Ok(goes) => goes,
                Err(why) => return Err(Raised::new(LIMIT, format!("how often a loop runs is not known: {why}"))),
            },
        };
        Ok(match (goes, leaves) {
            (false, _) => Flow::Next,
            (true, true) => Flow::Exit(label.cloned()),
            (true, false) => Flow::Continue(label.cloned()),
        })
    }

    /// USING values as `$1`, `$2`, …
    pub(super) fn declare_using(&mut self, using: &[Sql], frame: &mut Frame) {
        for (i, sql) in using.iter().enumerate() {
            let value = self.evaluate(&sql.text, frame);
            frame.declare(&format!("${}", i + 1), value);
        }
    }
}
