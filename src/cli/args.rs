//! The command line, literally. Nothing is resolved here: what a path or a revision means is for the commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::FailOn;

/// Do the declared schema and the migrations agree, and is what they add safe? Answered from the files alone.
#[derive(Debug, Parser)]
#[command(name = "undrift", version, max_term_width = 100, propagate_version = true, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: GlobalArgs,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Args)]
pub(super) struct GlobalArgs {
    /// The project root: nothing outside it is read [default: the git top level, else the current folder]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Project")]
    pub(super) project: Option<PathBuf>,
    /// The config; it may lie outside the project, its paths are relative to the project root [default: undrift.toml there]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Project")]
    pub(super) config: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Output")]
    pub(super) color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Compare the declared schema with the migrations, and judge order and safety of what is new
    Check(CheckArgs),
    /// Print the drift as a text diff, as the SQL that closes it, or as JSON
    Diff(DiffArgs),
    /// Print one side's schema as SQL or JSON
    Dump(DumpArgs),
    /// Print a rule's documentation
    Explain {
        /// Such as `drift/missing-column`
        rule: String,
    },
    /// List the rules
    Rules(RulesArgs),
    /// Accept what is found now: later runs report only what is new
    Baseline(BaselineArgs),
    /// Write an undrift.toml of what is found in the project
    Init {
        /// Overwrite the config that is there
        #[arg(long)]
        force: bool,
    },
    /// Install or remove the git pre-commit hook
    #[command(subcommand)]
    Hook(HookCommand),
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) scope: ScopeArgs,
    /// Check only this target; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) target: Vec<String>,
    #[command(flatten)]
    pub(super) answers: Answers,
    /// The form of the report on standard output
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    pub(super) format: Format,
    /// A report into a file besides, such as `sarif=drift.sarif`; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_output)]
    pub(super) output: Vec<(Format, PathBuf)>,
    /// The mildest severity that makes the exit status 1 [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOnArg>,
    /// Print nothing when nothing is found
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print everything in full, and what is left out otherwise
    #[arg(long, short)]
    pub(super) verbose: bool,
}

/// What no file says.
#[derive(Debug, Args)]
pub(super) struct Answers {
    /// A table or column that the schema declares under a new name: `orders.total=amount`; may be given several times
    #[arg(long, value_name = "OLD=NEW", value_parser = parse_rename)]
    pub(super) rename: Vec<(String, String)>,
}

/// What counts as new: order and safety rules judge that only. Without any of these: everything since the merge base with the default branch.
#[derive(Clone, Debug, Args)]
#[group(multiple = false)]
pub(super) struct ScopeArgs {
    /// Judge what is staged: everything is read from the git index
    #[arg(long)]
    pub(super) staged: bool,
    /// New is what the merge base with this revision does not have
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Every migration counts as new
    #[arg(long)]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// Only this target; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) target: Vec<String>,
    #[command(flatten)]
    pub(super) answers: Answers,
    /// The form
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(super) format: DiffFormat,
    /// Read everything from the git index
    #[arg(long)]
    pub(super) staged: bool,
    /// Exit with 1 when there is drift
    #[arg(long)]
    pub(super) exit_code: bool,
}

#[derive(Debug, Args)]
pub(super) struct DumpArgs {
    /// Which side
    #[arg(value_enum)]
    pub(super) side: Side,
    /// The target; needed where there are several
    #[arg(long, value_name = "NAME")]
    pub(super) target: Option<String>,
    /// The form
    #[arg(long, value_enum, default_value_t = DumpFormat::Sql)]
    pub(super) format: DumpFormat,
    /// Read everything from the git index
    #[arg(long)]
    pub(super) staged: bool,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// The form
    #[arg(long, value_enum, default_value_t = RulesFormat::Text)]
    pub(super) format: RulesFormat,
}

#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    /// The file to write [default: the config's `baseline`, else undrift-baseline.json]
    #[arg(long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) scope: ScopeArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum HookCommand {
    /// Write the pre-commit hook, unless a hook manager owns it: then say what to add there
    Install,
    /// Remove the hook that `install` wrote
    Uninstall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: both places, the consequence, the next step
    Pretty,
    /// One line for each finding
    Concise,
    /// The stable machine form; its JSON Schema is docs/check.schema.json
    Json,
    /// For code scanning
    Sarif,
    /// GitHub workflow commands: annotations in a pull request
    Github,
    /// GitLab code quality
    Gitlab,
    /// A test report
    Junit,
    /// A pull request comment
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOnArg {
    Error,
    #[value(alias = "warn")]
    Warning,
    Info,
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(arg: FailOnArg) -> Self {
        match arg {
            FailOnArg::Error => Self::Error,
            FailOnArg::Warning => Self::Warning,
            FailOnArg::Info => Self::Info,
            FailOnArg::Never => Self::Never,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    Text,
    Sql,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DumpFormat {
    Sql,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RulesFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Side {
    /// What the project declares
    Declared,
    /// What its migrations leave behind
    Migrated,
}

fn parse_rename(text: &str) -> Result<(String, String), String> {
    let (from, to) = text.split_once('=').ok_or("write it as OLD=NEW, such as `orders.total=amount`")?;
    if from.is_empty() || to.is_empty() || to.contains('.') {
        return Err("write it as OLD=NEW; the new name is its last part only: `orders.total=amount`".into());
    }
    Ok((from.to_owned(), to.to_owned()))
}

fn parse_output(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("write it as FORMAT=FILE, such as `sarif=drift.sarif`")?;
    if path.is_empty() {
        return Err("the file's name is missing after `=`".into());
    }
    let known = Format::from_str(format, false).map_err(|_| {
        let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
        format!("there is no format `{format}`: {}", names.join(", "))
    });
    Ok((known?, PathBuf::from(path)))
}
