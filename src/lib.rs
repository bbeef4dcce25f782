//! undrift reads a project's declared schema and its migrations, builds both in memory as the same model, compares them, and reports
//! what is missing, what is unsafe and what is out of order. No database, no Node, nothing executed.
//!
//! ```text
//!                 ┌─ declared/ (drizzle, sql, …) ──────────────────► Catalog (declared) ─┐
//! config ► input ─┤  bytes by FileId: worktree | git index | revision | memory           ├► diff ► rules ► diagnostic ► report
//!                 └─ migrations/ ► ddl/postgres ► replay ──────────► Catalog (migrated) ─┘
//!                                  Vec<Statement>    + per-statement history
//! ```
#![forbid(unsafe_code)]

pub mod check;
pub mod cli;
pub mod config;
pub mod ddl;
pub mod declared;
pub mod diagnostic;
pub mod dialect;
pub mod diff;
pub mod dump;
pub mod fix;
pub mod input;
pub mod migrations;
pub mod model;
pub mod replay;
pub mod report;
pub mod rules;
pub mod source;
mod threads;
