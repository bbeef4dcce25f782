//! Real git histories: what is new, what is late, what was edited, against the index, a base and the default branch.

mod facts;
mod layouts;
mod order;
mod repairs;
mod repository;
mod sqitch;
mod states;
